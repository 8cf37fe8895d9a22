import type { Machine } from '../domain/machine.ts';
import type { clusterWorkflow } from '../workflows/cluster.ts';
import { clusterQuery, clusterWorkflowId } from '../workflows/messages.ts';
import type { Installation } from './installation.ts';

/** As the cluster itself knows them. */
export async function readMachines({ client }: Pick<Installation, 'client'>, cluster: string): Promise<readonly Machine[]> {
  return (await client.workflow.getHandle<typeof clusterWorkflow>(clusterWorkflowId(cluster)).query(clusterQuery)).machines;
}
