import type { Taint } from '../../api/desired-cluster.ts';
import type { NodeMetadata } from './node-labels.ts';

/** What a Node is to have beside what its kubelet says. */
export type WantedNode = NodeMetadata & {
  /** Those that are kept up always; absent: taints are not looked at. */
  readonly taints?: readonly Taint[];
};

/** As Kubernetes has it; whoever wrote it. */
export type NodeTaint = { readonly key: string; readonly value?: string; readonly effect: string };

export type NodeState<T extends NodeTaint = NodeTaint> = NodeMetadata & { readonly taints: readonly T[] };

/** What has to change; null takes away. */
export type NodeUpdate<T extends NodeTaint = NodeTaint> = {
  readonly labels: Readonly<Record<string, string | null>>;
  readonly annotations: Readonly<Record<string, string | null>>;
  /** The whole list; absent where it stays as it is. */
  readonly taints?: readonly (T | Taint)[];
};

const tracked = {
  labels: 'cluster.x-k8s.io/labels-from-machine',
  annotations: 'cluster.x-k8s.io/annotations-from-machine',
  taints: 'cluster.x-k8s.io/taints-from-machine',
} as const;

/**
 * Brings a Node to what its Machine says by Cluster API's rules: what is wanted is added or changed; what a
 * Machine once brought, by the Node's own annotations, and is wanted no longer, is taken away; all else is
 * other people's. Undefined where nothing has to change.
 */
export function decideNodeUpdate<T extends NodeTaint>(node: NodeState<T>, wanted: WantedNode): NodeUpdate<T> | undefined {
  const labels = changeOf(node.labels, wanted.labels, broughtBefore(node, tracked.labels));
  const annotations = changeOf(node.annotations, wanted.annotations, [
    ...broughtBefore(node, tracked.annotations),
    ...(wanted.taints === undefined ? [] : [tracked.taints]),
  ]);
  const taints = wanted.taints === undefined ? undefined : changedTaints(node, wanted.taints);
  if (taints === undefined && Object.keys(labels).length === 0 && Object.keys(annotations).length === 0) return undefined;
  return { labels, annotations, ...(taints === undefined ? {} : { taints }) };
}

function broughtBefore({ annotations }: NodeState, list: string): readonly string[] {
  return (annotations[list] ?? '').split(',').filter((name) => name !== '');
}

type Texts = Readonly<Record<string, string>>;

function changeOf(found: Texts, wanted: Texts, before: readonly string[]): Readonly<Record<string, string | null>> {
  const changed = Object.entries(wanted).filter(([name, value]) => found[name] !== value);
  const gone = before.filter((name) => !(name in wanted) && name in found);
  return { ...Object.fromEntries(changed), ...Object.fromEntries(gone.map((name) => [name, null])) };
}

function changedTaints<T extends NodeTaint>(node: NodeState<T>, wanted: readonly Taint[]): readonly (T | Taint)[] | undefined {
  const before = broughtBefore(node, tracked.taints);
  const isWanted = (taint: NodeTaint): boolean => wanted.some((own) => nameOf(own) === nameOf(taint) && (own.value ?? '') === (taint.value ?? ''));
  // One of another value is replaced: a Node has one taint of each key and effect.
  const isOurs = (taint: NodeTaint): boolean => before.includes(nameOf(taint)) || wanted.some((own) => nameOf(own) === nameOf(taint));
  const kept = node.taints.filter((taint) => isWanted(taint) || !isOurs(taint));
  const missing = wanted.filter((own) => !kept.some((taint) => nameOf(taint) === nameOf(own)));
  return missing.length === 0 && kept.length === node.taints.length ? undefined : [...kept, ...missing];
}

/** As the annotation names it. */
function nameOf({ key, effect }: NodeTaint): string {
  return `${key}:${effect}`;
}
