/**
 * Many simulated clusters of 1 control plane and 3 workers through the real workflows, with real key
 * pairs and certificates for each. Counts all processes; with --idle also what they cost afterwards.
 *
 *   npm run bench:fleet -- --clusters 20 [--parallel 20] [--speed 100] [--idle MINUTES] [--port 19370]
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { WithStartWorkflowOperation, type Client } from '@temporalio/client';
import { z } from 'zod';
import type { DesiredCluster } from '../api/desired-cluster.ts';
import { parseManifest } from '../api/parse-manifest.ts';
import { controlTaskQueue, workflowTypes, type AdmissionResult } from '../workflows/contracts.ts';
import { applyUpdate, clusterWorkflowId } from '../workflows/messages.ts';
import { countHistories } from './count-histories.ts';
import { startFleetInstallation, type FleetInstallation } from './fleet-installation.ts';
import { readProcessCost, type ProcessCost } from './process-cost.ts';

const { values } = parseArgs({
  options: {
    clusters: { type: 'string', default: '20' },
    parallel: { type: 'string', default: '20' },
    speed: { type: 'string', default: '100' },
    idle: { type: 'string', default: '0' },
    port: { type: 'string', default: '19370' },
  },
});
const count = z.coerce.number();
const options = z
  .object({ clusters: count.int().min(1), parallel: count.int().min(1), speed: z.string(), idle: count.min(0), port: count.int() })
  .parse(values);

const manifest = readFileSync(new URL('../examples/in-memory.yaml', import.meta.url), 'utf8')
  .replace(/replicas: 3\n {2}version/, 'replicas: 1\n  version')
  // No time but what the protocols take: it is Slipway that is measured.
  .replace(/inMemory:\n(?: {10}.*\n)+/, 'inMemory: {}\n');

const provisioned = new Set<string>();
const fleet = await startFleetInstallation({ port: options.port, speed: options.speed });
try {
  const before = await readCosts(fleet);
  const startedAt = performance.now();
  await createAll(fleet.client);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await readCosts(fleet);
  print(`${options.clusters} clusters of 1 + 3, ${options.parallel} at a time: ${seconds.toFixed(1)} s, ${(options.clusters / seconds).toFixed(2)} a second`);
  report(before, after, options.clusters);
  print(`largest history: ${await largestHistory(fleet.client)} events`);
  const { workflows, events, workflowTasks, activities, signals, bytes } = await countHistories(fleet.client, 'fleet-1');
  print(`fleet-1: ${workflows} workflows, ${events} events, ${workflowTasks} workflow tasks, ${activities} activities, ${signals} signals, ${(bytes / 1024).toFixed(0)} KiB`);
  if (options.idle > 0) {
    await delay(options.idle * 60_000);
    print(`${options.idle} idle minutes:`);
    report(after, await readCosts(fleet), 1);
  }
} finally {
  await fleet.remove();
}

type Costs = Readonly<Record<string, ProcessCost>>;

async function readCosts({ processes }: FleetInstallation): Promise<Costs> {
  return Object.fromEntries(await Promise.all(Object.entries(processes).map(async ([name, pid]) => [name, await readProcessCost(pid)] as const)));
}

function report(before: Costs, after: Costs, clusters: number): void {
  let total = 0;
  for (const [name, cost] of Object.entries(after)) {
    const spent = cost.cpuSeconds - (before[name]?.cpuSeconds ?? 0);
    total += spent;
    print(`  ${name.padEnd(10)} ${spent.toFixed(1).padStart(7)} CPU s  ${(spent / clusters).toFixed(3)} each  peak ${cost.peakMiB.toFixed(0)} MiB`);
  }
  print(`  all        ${total.toFixed(1).padStart(7)} CPU s  ${(total / clusters).toFixed(3)} each`);
}

async function createAll(client: Client): Promise<void> {
  const done = new AbortController();
  const watch = watchProvisioned(client, done.signal);
  const names = Array.from({ length: options.clusters }, (_, index) => `fleet-${index + 1}`);
  const next = names.values();
  await Promise.all(
    Array.from({ length: Math.min(options.parallel, options.clusters) }, async () => {
      for (const name of next) await create(client, describe(name));
    }),
  );
  done.abort();
  await watch;
}

function describe(name: string): DesiredCluster {
  const parsed = parseManifest(manifest.replaceAll('in-memory', name));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.cluster;
}

async function create(client: Client, desired: DesiredCluster): Promise<void> {
  const workflowId = clusterWorkflowId(desired.name);
  const common = { taskQueue: controlTaskQueue };
  const admitted: AdmissionResult = await client.workflow.execute(workflowTypes.admission, { ...common, workflowId: `${workflowId}/admission`, args: [{ desired }] });
  const startWorkflowOperation = new WithStartWorkflowOperation(workflowTypes.cluster, {
    ...common,
    workflowId,
    args: [{ name: desired.name }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  await client.workflow.executeUpdateWithStart(applyUpdate, { startWorkflowOperation, args: [{ ...admitted, actor: 'bench', onFailure: 'block' }] });
  const deadline = Date.now() + 10 * 60_000;
  while (!provisioned.has(workflowId)) {
    if (Date.now() > deadline) throw new Error(`cluster ${desired.name} was not provisioned within ten minutes`);
    await delay(50);
  }
}

/** Asked for all at once: a question for each cluster would be a part of what is measured. */
async function watchProvisioned(client: Client, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for await (const { workflowId } of client.workflow.list({ query: 'ClusterPhase = "Provisioned"' })) provisioned.add(workflowId);
    await delay(500);
  }
}

/** A list tells of a workflow that runs how long its history was when its attributes were last written: it is asked itself. */
async function largestHistory(client: Client): Promise<number> {
  let largest = 0;
  for await (const { workflowId, runId, historyLength, status } of client.workflow.list()) {
    const { historyLength: now } = status.name === 'RUNNING' ? await client.workflow.getHandle(workflowId, runId).describe() : { historyLength };
    largest = Math.max(largest, now);
  }
  return largest;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
