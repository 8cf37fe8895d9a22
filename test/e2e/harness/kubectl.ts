import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { toolPath } from '../../../node-image/tool-paths.mjs';
import type { Installation } from './installation.ts';

export type Kubectl = (...args: readonly string[]) => Promise<string>;

/** kubectl on this host, through the kubeconfig that `slipway get kubeconfig` wrote. Gives standard output. */
export async function kubectlFor(installation: Installation, cluster: string): Promise<Kubectl> {
  const kubeconfig = join(installation.home.root, `${cluster}.kubeconfig`);
  await installation.succeed(['get', 'kubeconfig', cluster, '-f', kubeconfig]);
  return async (...args) => {
    const { stdout } = await promisify(execFile)(toolPath('kubectl'), [...args], {
      env: { ...installation.env, KUBECONFIG: kubeconfig },
      timeout: 60_000,
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  };
}

const nodeSchema = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }),
  spec: z.object({
    taints: z.array(z.object({ key: z.string(), value: z.string().optional(), effect: z.string() })).default([]),
  }),
  status: z.object({
    conditions: z.array(z.object({ type: z.string(), status: z.string() })),
    nodeInfo: z.object({ kubeletVersion: z.string() }),
    capacity: z.record(z.string(), z.string()),
  }),
});

export type Node = z.output<typeof nodeSchema>;

export async function getNodes(kubectl: Kubectl): Promise<readonly Node[]> {
  return z.object({ items: z.array(nodeSchema) }).parse(JSON.parse(await kubectl('get', 'nodes', '-o', 'json'))).items;
}

export function isReady(node: Node): boolean {
  return node.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
