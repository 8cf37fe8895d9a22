import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { versions } from '../node-image/versions.mjs';
import type { Installation } from './installation.ts';
import { readRollout } from './read-rollout.ts';
import type { Replaced, RolloutRound, SimulatedRollout } from './rollout-results.ts';
import type { Size } from './size.ts';

/** All Machines of one owner are replaced by their like: no version differs, no image is loaded. */
async function restart({ slipway, client }: Installation, cluster: string, owner: string, machines: number): Promise<Replaced> {
  await slipway('rollout', 'restart', owner, '--yes');
  return readRollout(client, cluster, machines);
}

async function restartAll(installation: Installation, name: string, { controlPlanes, workers }: Size): Promise<{ readonly controlPlane: Replaced; readonly workers: Replaced }> {
  const controlPlane = await restart(installation, name, `kubeadmcontrolplane/${name}-control-plane`, controlPlanes);
  return { controlPlane, workers: await restart(installation, name, `machinedeployment/${name}-md-0`, workers) };
}

/** One cluster on this engine: its control plane is replaced, then its workers; then it is deleted. */
export async function measureRollout(installation: Installation, size: Size): Promise<RolloutRound> {
  const [load = Number.NaN] = loadavg();
  const { slipway, root } = installation;
  const name = 'bench-rollout';
  const manifest = join(root, `${name}.yaml`);
  const counts = ['--control-plane-machine-count', String(size.controlPlanes), '--worker-machine-count', String(size.workers)];
  await writeFile(manifest, (await slipway('generate', 'cluster', name, '--kubernetes-version', versions.kubernetes, ...counts)).output);
  try {
    await slipway('apply', '-f', manifest, '--yes', '--on-failure', 'block');
    return { ...(await restartAll(installation, name, size)), load };
  } finally {
    await slipway('delete', 'cluster', name, '--yes');
  }
}

const example = readFileSync(new URL('../examples/in-memory.yaml', import.meta.url), 'utf8');
/** The most that one cluster may have. */
const hundred: Size = { controlPlanes: 3, workers: 97 };
const maxSurge = '10%';

/** A hundred simulated Machines, which take no time beyond what the protocols take: it is Slipway that is measured. */
export async function measureSimulatedRollout(installation: Installation): Promise<SimulatedRollout> {
  const { slipway, root } = installation;
  const name = 'bench-hundred';
  const documents = parseAllDocuments(example.replaceAll('in-memory', name));
  if (!Array.isArray(documents)) throw new Error('the example is empty');
  for (const document of documents) {
    const kind = document.get('kind');
    if (kind === 'KubeadmControlPlane') document.setIn(['spec', 'replicas'], hundred.controlPlanes);
    if (kind === 'MachineDeployment') {
      document.setIn(['spec', 'replicas'], hundred.workers);
      document.setIn(['spec', 'rollout'], document.createNode({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable: 0 } } }));
    }
    if (kind === 'DevMachineTemplate') document.setIn(['spec', 'template', 'spec', 'backend', 'inMemory'], document.createNode({}));
  }
  const manifest = join(root, `${name}.yaml`);
  await writeFile(manifest, documents.map(String).join('---\n'));
  await slipway('apply', '-f', manifest, '--yes', '--on-failure', 'block');
  const replaced = await restartAll(installation, name, hundred);
  await slipway('delete', 'cluster', name, '--yes');
  return { ...replaced, maxSurge };
}
