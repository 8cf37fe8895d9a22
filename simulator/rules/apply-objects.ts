import { key, withWorkloads } from './pods.ts';
import type { Controller, DisruptionBudget, SimulatedCluster, SimulatedPod } from './state.ts';

/** What of a manifest the simulation acts on; all else is only remembered. */
export type AppliedObject =
  | (Omit<Controller, 'kind'> & { readonly kind: 'Deployment' | 'DaemonSet' | 'Pod'; readonly node?: string })
  | ({ readonly kind: 'PodDisruptionBudget' } & DisruptionBudget)
  | { readonly kind: 'Other'; readonly namespace: string; readonly name: string; readonly of: string };

/** Applying the same again changes nothing. */
export function applyObject(cluster: SimulatedCluster, object: AppliedObject): SimulatedCluster {
  const { workloads } = cluster;
  const kind = object.kind === 'Other' ? object.of : object.kind;
  const id = `${kind}/${object.namespace}/${object.name}`;
  const remembered = workloads.applied.includes(id) ? cluster : withWorkloads(cluster, { applied: [...workloads.applied, id] });
  switch (object.kind) {
    case 'Other':
      return remembered;
    case 'Pod':
      return workloads.applied.includes(id) ? cluster : withWorkloads(remembered, { pods: [...workloads.pods, barePod(object)] });
    case 'PodDisruptionBudget': {
      const { kind: _kind, ...budget } = object;
      const others = workloads.budgets.filter(({ namespace, name }) => namespace !== object.namespace || name !== object.name);
      return withWorkloads(remembered, { budgets: [...others, budget] });
    }
    case 'Deployment':
    case 'DaemonSet': {
      const { node: _node, ...rest } = object;
      const controller: Controller = { ...rest, kind: object.kind };
      return withWorkloads(remembered, { controllers: [...workloads.controllers.filter((other) => key(other) !== id), controller] });
    }
  }
}

function barePod(object: AppliedObject & { readonly kind: 'Deployment' | 'DaemonSet' | 'Pod' }): SimulatedPod {
  const { namespace, name, labels, emptyDir, graceSeconds, node } = object;
  return { namespace, name, labels, owner: 'none', emptyDir, graceSeconds, ...(node === undefined ? {} : { node }) };
}
