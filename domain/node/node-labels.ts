import type { DesiredCluster, Taint } from '../../api/desired-cluster.ts';
import { selectNodeAnnotations, selectNodeLabels } from '../../api/node-labels.ts';
import { findOwner, kindOf } from '../owner.ts';
import type { Machine } from '../machine.ts';

export type NodeMetadata = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};

/**
 * What belongs on a Machine's Node beside what its kubelet says: the labels and annotations of the Machine's template by
 * Cluster API's rules, and the annotations by which Cluster API's tools find a Node's Machine. The owner is that of the
 * Machine here: there are no MachineSets between it and a MachineDeployment.
 */
export function nodeMetadata(desired: DesiredCluster, machine: Machine): NodeMetadata {
  const owner = findOwner(desired, machine);
  const labels = selectNodeLabels(owner?.machineMetadata.labels ?? {});
  const annotations = selectNodeAnnotations(owner?.machineMetadata.annotations ?? {});
  const always = nodeTaints(desired, machine);
  return {
    labels,
    annotations: {
      ...annotations,
      'cluster.x-k8s.io/cluster-name': desired.name,
      'cluster.x-k8s.io/cluster-namespace': desired.namespace,
      'cluster.x-k8s.io/machine': machine.name,
      'cluster.x-k8s.io/owner-kind': kindOf(machine.role),
      'cluster.x-k8s.io/owner-name': machine.owner,
      'cluster.x-k8s.io/labels-from-machine': Object.keys(labels).toSorted().join(','),
      'cluster.x-k8s.io/annotations-from-machine': Object.keys(annotations).toSorted().join(','),
      ...(owner?.taints === undefined ? {} : { 'cluster.x-k8s.io/taints-from-machine': always.map(({ key, effect }) => `${key}:${effect}`).toSorted().join(',') }),
    },
  };
}

/** The taints that its Node always has; others are the Node's own once it has registered. */
export function nodeTaints(desired: DesiredCluster, machine: Machine): readonly Taint[] {
  const taints = findOwner(desired, machine)?.taints ?? [];
  return taints.flatMap(({ propagation, ...taint }) => (propagation === 'Always' ? [taint] : []));
}
