import { checkControlPlaneReplicas } from '../api/validation/replicas.ts';
import { LIMITS } from '../api/limits.ts';
import type { DesiredCluster } from '../api/desired-cluster.ts';
import type { ClusterState } from './cluster-state.ts';
import { mayChange } from './decide-apply.ts';
import { replicasField } from './merge-apply.ts';
import { describeOwner, findDesired, noSuchOwner, type Owner } from './owner.ts';

export type ScaleDecision =
  | { readonly action: 'scale'; readonly desired: DesiredCluster; readonly field: string; readonly reasons: readonly string[] }
  | { readonly action: 'unchanged'; readonly reasons: readonly string[] }
  | { readonly action: 'refuse'; readonly refusal: 'Conflict' | 'NotFound' | 'Invalid'; readonly reasons: readonly string[] };

/** Other replicas for one owner. What an etcd quorum forbids is refused here, before anything happens. */
export function decideScale(state: ClusterState, request: { readonly owner: Owner; readonly replicas: number }): ScaleDecision {
  const { owner, replicas } = request;
  if (state.phase === 'Deleting') return refuse('Conflict', `cluster ${state.identity.name} is being deleted`);
  const current = findDesired(state.desired, owner)?.replicas;
  if (current === undefined) return refuse('NotFound', noSuchOwner(state, owner));
  const field = replicasField(owner);
  const wrong = checkReplicas(state.desired, owner, replicas);
  if (wrong !== undefined) return refuse('Invalid', `${field}: Invalid value: ${replicas}: ${wrong}`);
  const conflict = mayChange(state);
  if (conflict !== undefined) return { ...conflict, refusal: 'Conflict' };
  if (current === replicas) return { action: 'unchanged', reasons: [`${describeOwner(owner)} has ${replicas} replicas already`] };
  return { action: 'scale', desired: withReplicas(state.desired, owner, replicas), field, reasons: [`${field}: ${current} → ${replicas}`] };
}

function checkReplicas(desired: DesiredCluster, owner: Owner, replicas: number): string | undefined {
  if (owner.role === 'control-plane') {
    const wrong = checkControlPlaneReplicas(replicas);
    return wrong === undefined ? undefined : `${wrong.message}; ${wrong.expected}`;
  }
  if (!Number.isInteger(replicas) || replicas < 0) return 'must be a whole number; use 0 or more';
  const others = desired.machineDeployments.filter(({ name }) => name !== owner.name);
  const total = desired.controlPlane.replicas + replicas + others.reduce((sum, deployment) => sum + deployment.replicas, 0);
  return total > LIMITS.machines ? `the cluster would have ${total} Machines; ${LIMITS.machines} are the most` : undefined;
}

function withReplicas(desired: DesiredCluster, { role, name }: Owner, replicas: number): DesiredCluster {
  if (role === 'control-plane') return { ...desired, controlPlane: { ...desired.controlPlane, replicas } };
  const machineDeployments = desired.machineDeployments.map((deployment) => (deployment.name === name ? { ...deployment, replicas } : deployment));
  return { ...desired, machineDeployments };
}

function refuse(refusal: 'Conflict' | 'NotFound' | 'Invalid', reason: string): ScaleDecision {
  return { action: 'refuse', refusal, reasons: [reason] };
}
