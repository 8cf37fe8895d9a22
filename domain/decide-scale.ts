import { checkControlPlaneReplicas } from '../api/validation/replicas.ts';
import type { DesiredCluster } from '../api/desired-cluster.ts';
import { checkGrowth } from './check-growth.ts';
import { currentOperation, type ClusterState } from './cluster-state.ts';
import { mayChange } from './decide-apply.ts';
import { replicasField } from './merge-apply.ts';
import { describeOwner, findDesired, noSuchOwner, type Owner } from './owner.ts';

export type ScaleDecision =
  | { readonly action: 'scale'; readonly desired: DesiredCluster; readonly field: string; readonly reasons: readonly string[] }
  /** The same replicas, which it did not come to. */
  | { readonly action: 'resume' | 'unchanged'; readonly reasons: readonly string[] }
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
  if (current === replicas) return decideSame(state, { field, reason: `${describeOwner(owner)} has ${replicas} replicas already` });
  return { action: 'scale', desired: withReplicas(state.desired, owner, replicas), field, reasons: [`${field}: ${current} → ${replicas}`] };
}

/** As an apply of the same manifest, a scale to the same replicas goes on where it was stopped. */
function decideSame(state: ClusterState, { field, reason }: { readonly field: string; readonly reason: string }): ScaleDecision {
  const operation = currentOperation(state);
  const isStopped = operation?.phase === 'Blocked' || operation?.phase === 'Cancelled' || operation?.phase === 'Failed';
  if (!isStopped || operation.verb !== 'scale' || operation.changes?.some((change) => change.startsWith(`${field}: `)) !== true) return { action: 'unchanged', reasons: [reason] };
  return { action: 'resume', reasons: [`operation ${operation.id} is ${operation.phase}`] };
}

function checkReplicas(desired: DesiredCluster, owner: Owner, replicas: number): string | undefined {
  if (owner.role === 'control-plane') {
    const wrong = checkControlPlaneReplicas(replicas);
    if (wrong !== undefined) return `${wrong.message}; ${wrong.expected}`;
    if (replicas < 3 && desired.controlPlane.rollout?.maxSurge === 0) return withoutRoom;
  } else if (!Number.isInteger(replicas) || replicas < 0) return 'must be a whole number; use 0 or more';
  return checkGrowth(desired, withReplicas(desired, owner, replicas));
}

const withoutRoom = 'with maxSurge 0 its majority would go with the Machine that is replaced first; use 3 or more, or apply maxSurge 1 before';

function withReplicas(desired: DesiredCluster, { role, name }: Owner, replicas: number): DesiredCluster {
  if (role === 'control-plane') return { ...desired, controlPlane: { ...desired.controlPlane, replicas } };
  const machineDeployments = desired.machineDeployments.map((deployment) => (deployment.name === name ? { ...deployment, replicas } : deployment));
  return { ...desired, machineDeployments };
}

function refuse(refusal: 'Conflict' | 'NotFound' | 'Invalid', reason: string): ScaleDecision {
  return { action: 'refuse', refusal, reasons: [reason] };
}
