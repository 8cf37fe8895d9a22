import { z } from 'zod';
import type { Installation } from './installation.ts';

/** What `-o json` prints, as far as the tests read it: keys are a stable interface. */
const operationSchema = z.object({
  id: z.string(),
  verb: z.string(),
  phase: z.string(),
  evidence: z.object({ at: z.string(), error: z.string(), message: z.string() }).nullable(),
});

const clusterSchema = z.object({
  kind: z.literal('Cluster'),
  name: z.string(),
  uid: z.string(),
  installation: z.string(),
  phase: z.string(),
  operation: operationSchema.nullable(),
});

const machineSchema = z.object({
  kind: z.literal('Machine'),
  name: z.string(),
  role: z.enum(['control-plane', 'worker']),
  phase: z.string(),
  address: z.string(),
  sshPort: z.number(),
});

export type ClusterView = z.output<typeof clusterSchema>;
export type MachineView = z.output<typeof machineSchema>;
export type OperationView = z.output<typeof operationSchema>;

export async function getCluster(installation: Installation, cluster: string): Promise<ClusterView> {
  return clusterSchema.parse(JSON.parse(await installation.succeed(['get', 'cluster', cluster, '-o', 'json'])));
}

/** Control-plane Machines first. */
export async function getMachines(installation: Installation, cluster: string): Promise<readonly MachineView[]> {
  const text = await installation.succeed(['get', 'machines', '--cluster', cluster, '-o', 'json']);
  return z
    .object({ items: z.array(machineSchema) })
    .parse(JSON.parse(text))
    .items.toSorted((a, b) => a.role.localeCompare(b.role) || a.name.localeCompare(b.name));
}

export async function getOperation(installation: Installation, operation: string): Promise<OperationView> {
  return operationSchema.parse(JSON.parse(await installation.succeed(['get', 'operation', operation, '-o', 'json'])));
}

/** What `describe` shows, without what it says of a cluster that nobody has made a backup of. */
export function withoutBackups(tree: string): string {
  return tree.replace(/^.*BackupsHealthy: False +NoBackup.*$/m, '');
}
