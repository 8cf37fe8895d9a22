import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { versions } from '../node-image/versions.mjs';
import { currentOperation } from '../domain/cluster-state.ts';
import type { clusterWorkflow } from '../workflows/cluster.ts';
import { clusterQuery, clusterWorkflowId } from '../workflows/messages.ts';
import { criticalPath, summarizePath, type PathSummary } from './critical-path.ts';
import type { Installation } from './installation.ts';
import { readSpans } from './read-spans.ts';
import type { Size } from './size.ts';

export type SlipwayCreate = {
  /** From the start of `slipway apply` to its end, when all Nodes are Ready. */
  readonly seconds: number;
  readonly path: PathSummary;
};

export async function createBySlipway(installation: Installation, name: string, size: Size): Promise<SlipwayCreate> {
  const { slipway, client, root } = installation;
  const counts = ['--control-plane-machine-count', String(size.controlPlanes), '--worker-machine-count', String(size.workers)];
  const { output: manifest } = await slipway('generate', 'cluster', name, '--kubernetes-version', versions.kubernetes, ...counts);
  const file = join(root, `${name}.yaml`);
  await writeFile(file, manifest);
  const { seconds } = await slipway('apply', '-f', file, '--yes', '--on-failure', 'block');
  const state = await client.workflow.getHandle<typeof clusterWorkflow>(clusterWorkflowId(name)).query(clusterQuery);
  const operation = currentOperation(state);
  if (operation?.phase !== 'Succeeded') throw new Error(`${name}: its create is ${operation?.phase}`);
  return { seconds, path: summarizePath(criticalPath(await readSpans(client, state), operation)) };
}

/** Seconds of `slipway delete`. */
export async function deleteBySlipway({ slipway }: Installation, name: string): Promise<number> {
  return (await slipway('delete', 'cluster', name, '--yes')).seconds;
}
