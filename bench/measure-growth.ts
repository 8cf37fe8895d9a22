import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { currentOperation } from '../domain/cluster-state.ts';
import type { clusterWorkflow } from '../workflows/cluster.ts';
import { clusterQuery, clusterWorkflowId } from '../workflows/messages.ts';
import type { Installation } from './installation.ts';
import type { Growth, GrowthResults } from './scale-results.ts';

const example = readFileSync(new URL('../examples/in-memory.yaml', import.meta.url), 'utf8');

/** The most that one cluster may have is 100 Machines: three clusters make 300, and the fullest of them grows. */
const few = { name: 'bench-few', workers: 2 };
const many = { name: 'bench-many', workers: 98 };
const others = [
  { name: 'bench-other-1', workers: 99 },
  { name: 'bench-other-2', workers: 99 },
];

/** One worker more, where there are 3 simulated Machines and where there are 300; so many tries of each. */
export async function measureGrowth(installation: Installation, tries: number): Promise<GrowthResults> {
  await create(installation, few);
  const before = await grow(installation, { ...few, machines: few.workers + 1, tries });
  await installation.slipway('delete', 'cluster', few.name, '--yes');
  for (const cluster of [...others, many]) await create(installation, cluster);
  const machines = [...others, many].reduce((sum, { workers }) => sum + workers + 1, 0);
  const after = await grow(installation, { ...many, machines, tries });
  for (const { name } of [...others, many]) await installation.slipway('delete', 'cluster', name, '--yes');
  return { few: before, many: after };
}

/** A Machine takes no time there beyond what the protocols take: it is Slipway that is measured. */
async function create({ slipway, root }: Installation, { name, workers }: { readonly name: string; readonly workers: number }): Promise<void> {
  const documents = parseAllDocuments(example.replaceAll('in-memory', name));
  if (!Array.isArray(documents)) throw new Error('the example is empty');
  for (const document of documents) {
    const kind = document.get('kind');
    if (kind === 'KubeadmControlPlane') document.setIn(['spec', 'replicas'], 1);
    if (kind === 'MachineDeployment') document.setIn(['spec', 'replicas'], workers);
    if (kind === 'DevMachineTemplate') document.setIn(['spec', 'template', 'spec', 'backend', 'inMemory'], document.createNode({}));
  }
  const file = join(root, `${name}.yaml`);
  await writeFile(file, documents.map(String).join('---\n'));
  await slipway('apply', '-f', file, '--yes', '--on-failure', 'block');
}

type Growing = { readonly name: string; readonly workers: number; readonly machines: number; readonly tries: number };

async function grow({ slipway, client }: Installation, { name, workers, machines, tries }: Growing): Promise<Growth> {
  const seconds: number[] = [];
  const scale = (replicas: number) => slipway('scale', `machinedeployment/${name}-md-0`, '--replicas', String(replicas), '--yes');
  for (let round = 1; round <= tries; round += 1) {
    await scale(workers + 1);
    const state = await client.workflow.getHandle<typeof clusterWorkflow>(clusterWorkflowId(name)).query(clusterQuery);
    const { startedAt, endedAt } = currentOperation(state) ?? {};
    if (startedAt === undefined || endedAt === undefined) throw new Error(`${name}: its operation has no end`);
    seconds.push((endedAt - startedAt) / 1000);
    await scale(workers);
  }
  return { cluster: workers + 1, machines, seconds };
}
