/** How far the Pods of an add-on have come to its newest template, as `kubectl rollout status` counts them. */
export type AddonRollout = {
  /** "kube-proxy" */
  readonly name: string;
  /** Of a Deployment its replicas; of a DaemonSet the Nodes that are reachable: on others nothing can be replaced. */
  readonly wanted: number;
  /** Of the newest template. */
  readonly updated: number;
  /** And serving. */
  readonly available: number;
  /** Of the template before, still serving. */
  readonly old: number;
};

/** What is still to come, a phrase each: "kube-proxy 3/5 updated"; empty: everything is there. */
export function addonsToCome(rollouts: readonly AddonRollout[]): readonly string[] {
  return rollouts.flatMap(({ name, wanted, updated, available, old }) => {
    if (updated < wanted) return [`${name} ${updated}/${wanted} updated`];
    if (old > 0) return [`${name}: ${old} old ${old === 1 ? 'Pod' : 'Pods'} to end`];
    return available < wanted ? [`${name} ${available}/${wanted} available`] : [];
  });
}
