import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { versions } from '../node-image/versions.mjs';
import { writeSequence } from '../test/e2e/harness/write-sequence.ts';
import type { Installation } from './installation.ts';
import type { ScaleRound } from './scale-results.ts';

/** A control plane that has just grown is looked at again before it may grow further: each measurement begins at rest. */
const restMs = 15_000;

/** One cluster of 1 + 1 on this engine: its control plane grows and shrinks, then a worker comes; then it is deleted. */
export async function measureScale({ slipway, root }: Installation): Promise<ScaleRound> {
  const [load = Number.NaN] = loadavg();
  const name = 'bench-scale';
  const manifest = join(root, `${name}.yaml`);
  const kubeconfig = join(root, `${name}.kubeconfig`);
  const scale = async (owner: string, replicas: number): Promise<number> => {
    await delay(restMs);
    return (await slipway('scale', owner, '--replicas', String(replicas), '--yes')).seconds;
  };
  const { output } = await slipway('generate', 'cluster', name, '--kubernetes-version', versions.kubernetes, '--worker-machine-count', '1');
  await writeFile(manifest, output);
  try {
    await slipway('apply', '-f', manifest, '--yes', '--on-failure', 'block');
    await slipway('get', 'kubeconfig', name, '-f', kubeconfig);
    const controlPlane = `kubeadmcontrolplane/${name}-control-plane`;
    const oneToThree = await scale(controlPlane, 3);
    const threeToFive = await scale(controlPlane, 5);
    const fiveToThree = await scale(controlPlane, 3);
    const { threeToOne, writeGap } = await shrinkUnderWrites(kubeconfig, () => scale(controlPlane, 1));
    const workerJoin = await scale(`machinedeployment/${name}-md-0`, 2);
    return { oneToThree, threeToFive, fiveToThree, threeToOne, workerJoin, writeGap, load };
  } finally {
    await slipway('delete', 'cluster', name, '--yes');
  }
}

/** @throws Error where a write that was acknowledged is lost: then no time counts */
async function shrinkUnderWrites(kubeconfig: string, shrink: () => Promise<number>): Promise<{ readonly threeToOne: number; readonly writeGap: number }> {
  const writer = writeSequence(kubeconfig);
  try {
    const threeToOne = await shrink();
    const writeGap = writer.longestGapMs() / 1000;
    const { lost } = await writer.stop();
    if (lost.length > 0) throw new Error(`acknowledged writes are lost: ${lost.join(', ')}`);
    return { threeToOne, writeGap };
  } finally {
    writer.abort();
  }
}
