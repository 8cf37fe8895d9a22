import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { ControlPlaneWatch } from '../../activities/watch-control-planes.ts';
import { createSimulatorClient, type SimulatorClient } from '../../activities/simulator/client.ts';
import { parseManifest } from '../../api/parse-manifest.ts';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { ActivityGuard } from '../../workers/activity-interceptor.ts';
import { composeActivities } from '../../workers/dependencies.ts';
import { controlTaskQueue, hostTaskQueue, workflowTypes, type AdmissionResult } from '../../workflows/contracts.ts';
import { applyUpdate, clusterWorkflowId, type CommandAccepted } from '../../workflows/messages.ts';
import { startSimulator } from './simulator-process.ts';
import { workflowBundle } from './temporal.ts';

const example = fileURLToPath(new URL('../../examples/in-memory.yaml', import.meta.url));

export type SimulatedWorld = {
  readonly folder: string;
  readonly client: SimulatorClient;
  /** Of its control planes; who looks is the test. */
  readonly watch: ControlPlaneWatch;
  /** Runs both queues' workers with the product's own activities around `work`. */
  readonly withWorkers: <T>(work: () => Promise<T>) => Promise<T>;
  /** Admitted and applied, as the CLI does it. */
  readonly apply: (desired: DesiredCluster) => Promise<CommandAccepted>;
  /** What the simulator holds of it; undefined where it knows no such cluster. */
  readonly read: (uid: string) => Promise<z.output<typeof simulatedCluster>>;
};

const simulatedCluster = z.looseObject({
  machines: z.array(z.looseObject({ name: z.string(), role: z.string(), power: z.object({ on: z.boolean() }) })),
  nodes: z.array(z.looseObject({ name: z.string(), ready: z.string() })),
  etcd: z.looseObject({ values: z.record(z.string(), z.string()), membersEver: z.number(), members: z.array(z.looseObject({ id: z.string(), name: z.string(), learner: z.boolean() })) }),
  workloads: z.looseObject({ applied: z.array(z.string()) }),
});

/**
 * The simulator's process, a store of its own, and the worker's own composition over them. `beside`: an empty
 * store, over the simulator and the backups of another world.
 */
export async function createSimulatedWorld(env: TestWorkflowEnvironment, speed = 100, beside?: Pick<SimulatedWorld, 'folder'>): Promise<SimulatedWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-simulated-'));
  const shared = beside?.folder ?? folder;
  const accessFile = join(shared, 'simulator-access.json');
  if (beside === undefined) onTestFinished((await startSimulator(accessFile, speed)).stop);
  const client = createSimulatorClient({ accessFile });
  const config = { store: join(folder, 'store'), storeKeyFile: join(folder, 'key.json'), host: 'local', identity: 'test', simulatorAccess: accessFile, backups: { kind: 'directory', path: join(shared, 'backups'), create: true } } as const;
  const activities = await composeActivities({ config, client: env.client });
  onTestFinished(async () => {
    await activities.close();
    client.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    folder,
    client,
    watch: activities.watch,
    withWorkers: async (work) => {
      const common = {
        connection: env.nativeConnection,
        shutdownGraceTime: '1 second',
        interceptors: { activity: [(context) => ({ inbound: new ActivityGuard(context) })] },
      } satisfies Partial<WorkerOptions>;
      const [control, host] = await Promise.all([
        Worker.create({ ...common, workflowBundle: workflowBundle(), taskQueue: controlTaskQueue, activities: activities.control }),
        Worker.create({ ...common, workflowBundle: workflowBundle(), taskQueue: hostTaskQueue('local'), activities: activities.host }),
      ]);
      return control.runUntil(() => host.runUntil(work));
    },
    apply: (desired) => applyDesired(env, desired),
    read: (uid) => client.call('control/read', { cluster: uid }, { signal: AbortSignal.timeout(5000), answer: simulatedCluster }),
  };
}

/** The example's cluster under another name and of another size. */
export function simulatedDesired(name: string, controlPlanes = 3, workers = 3): DesiredCluster {
  const manifest = readFileSync(example, 'utf8')
    .replaceAll('in-memory', name)
    .replace(/replicas: 3\n {2}version/, `replicas: ${controlPlanes}\n  version`)
    .replace(/replicas: 3\n {2}selector/, `replicas: ${workers}\n  selector`);
  const parsed = parseManifest(manifest);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.cluster;
}

/** Admitted and applied, as the CLI does it; secrets are sealed. */
export async function applyDesired(
  env: TestWorkflowEnvironment,
  desired: DesiredCluster,
  options: { readonly continueAsNewEveryPass?: boolean } = {},
): Promise<CommandAccepted> {
  const admitted: AdmissionResult = await env.client.workflow.execute(workflowTypes.admission, {
    workflowId: `test/admit/${desired.name}/${randomUUID()}`,
    taskQueue: controlTaskQueue,
    args: [{ desired }],
  });
  const startWorkflowOperation = new WithStartWorkflowOperation(workflowTypes.cluster, {
    workflowId: clusterWorkflowId(desired.name),
    taskQueue: controlTaskQueue,
    args: [{ name: desired.name, ...options }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  return env.client.workflow.executeUpdateWithStart(applyUpdate, {
    startWorkflowOperation,
    args: [{ ...admitted, actor: 'tester', onFailure: 'block' }],
  });
}
