import type { DesiredCluster } from '../api/desired-cluster.ts';
import { selectNodeLabels } from '../api/node-labels.ts';
import type { Machine } from './machine.ts';

/** The labels of a Machine's template that belong on its Node. */
export function nodeLabels(desired: DesiredCluster, machine: Machine): Readonly<Record<string, string>> {
  const owner =
    machine.role === 'control-plane'
      ? desired.controlPlane
      : desired.machineDeployments.find((candidate) => candidate.name === machine.owner);
  return selectNodeLabels(owner?.machineMetadata.labels ?? {});
}
