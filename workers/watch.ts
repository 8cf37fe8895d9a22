import type { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { createControlPlaneWatch, type ControlPlaneWatch } from '../activities/watch-control-planes.ts';
import { workflowTypes } from '../workflows/contracts.ts';
import { clusterWorkflowId, healthSignal } from '../workflows/messages.ts';
import { clusterPhaseKey } from '../workflows/search-attributes.ts';

type Watched = Omit<Parameters<typeof createControlPlaneWatch>[0], 'listClusters' | 'tell' | 'warn'>;

/** The watch over this host's control planes, with Temporal at its other end. */
export function composeWatch({ client, ...deps }: Watched & { readonly client: Client }): ControlPlaneWatch {
  const query = `WorkflowType='${workflowTypes.cluster}' AND ExecutionStatus='Running' AND ${clusterPhaseKey.name}='Provisioned'`;
  return createControlPlaneWatch({
    ...deps,
    listClusters: async () => {
      const names: string[] = [];
      for await (const { workflowId } of client.workflow.list({ query })) names.push(workflowId.slice(clusterWorkflowId('').length));
      return names;
    },
    tell: (cluster, report) => client.workflow.getHandle(clusterWorkflowId(cluster)).signal(healthSignal, report),
    warn: (message, facts) => Runtime.instance().logger.warn(message, facts),
  });
}
