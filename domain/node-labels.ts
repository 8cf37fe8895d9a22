import type { DesiredCluster } from '../api/desired-cluster.ts';
import type { Machine } from './machine.ts';

/**
 * Which labels of a Machine's template belong on its Node: Cluster API's rule (metadata propagation
 * from Machine to Node), which keeps a template from taking over labels that others own.
 */
const propagated = [/^node-role\.kubernetes\.io\//, /(^|\.)node-restriction\.kubernetes\.io\//, /(^|\.)node\.cluster\.x-k8s\.io\//];

export function nodeLabels(desired: DesiredCluster, machine: Machine): Readonly<Record<string, string>> {
  const owner =
    machine.role === 'control-plane'
      ? desired.controlPlane
      : desired.machineDeployments.find((candidate) => candidate.name === machine.owner);
  const labels = Object.entries(owner?.machineMetadata.labels ?? {});
  return Object.fromEntries(labels.filter(([key]) => propagated.some((pattern) => pattern.test(key))));
}
