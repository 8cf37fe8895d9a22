import { decideCordon, decideUncordon } from '../../domain/node/cordon.ts';
import { decideNodeUpdate, type WantedNode } from '../../domain/node/node-update.ts';
import { replaceNode } from './nodes.ts';
import type { Outcome } from './outcome.ts';
import type { Labels, SimulatedCluster, SimulatedNode } from './state.ts';

/** As a merge patch does it; false where there is no such Node. */
export function updateNode(cluster: SimulatedCluster, name: string, wanted: WantedNode): Outcome<boolean> {
  const node = cluster.nodes.find((candidate) => candidate.name === name);
  if (node === undefined) return { cluster, value: false };
  const { labels, annotations, taints = [] } = node;
  const update = decideNodeUpdate({ labels, annotations, taints }, wanted);
  if (update === undefined) return { cluster, value: true };
  const changed = { ...node, labels: merge(labels, update.labels), annotations: merge(annotations, update.annotations), taints: update.taints ?? taints };
  return { cluster: replaceNode(cluster, changed), value: true };
}

/** As a removal cordons, and takes it back. */
export function cordonMarked(node: SimulatedNode, unschedulable: boolean): SimulatedNode {
  const change = unschedulable ? decideCordon(node) : decideUncordon(node);
  return change === undefined ? node : { ...node, unschedulable: change.unschedulable, annotations: merge(node.annotations, change.annotations) };
}

function merge(found: Labels, change: Readonly<Record<string, string | null>>): Labels {
  return Object.fromEntries(Object.entries({ ...found, ...change }).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
