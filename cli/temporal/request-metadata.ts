import type { WorkflowStartOptions } from '@temporalio/client';
import { clusterNameKey } from '../../workflows/search-attributes.ts';
import { currentActor } from '../actor.ts';

type Metadata = Pick<WorkflowStartOptions, 'staticSummary' | 'typedSearchAttributes'>;

/**
 * What the Web UI shows of a workflow that this command starts: what is asked of which cluster, and by
 * whom. Requests stand below their cluster's workflow, "cluster/demo/kubeconfig", so the ID tells.
 */
export function requestMetadata(workflowId: string): Metadata {
  const [kind, cluster, ...what] = workflowId.split('/');
  const asked = `asked for by ${currentActor()}`;
  if (kind !== 'cluster' || cluster === undefined) return { staticSummary: `${workflowId.replaceAll('/', ' ')}, ${asked}` };
  return {
    staticSummary: `${cluster}: ${what.length === 0 ? 'Kubernetes cluster' : what.join(' ')}, ${asked}`,
    typedSearchAttributes: [{ key: clusterNameKey, value: cluster }],
  };
}
