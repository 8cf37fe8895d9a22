import { compareDesired } from '../../api/compare-desired.ts';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { ClusterState } from '../cluster-state.ts';
import { describeChange, mayChange } from '../decide-apply.ts';
import { describeOwner, findDesired, noSuchOwner, type Owner } from '../owner.ts';
import { pauseReasons } from './hold-rollout.ts';

type Refusal = { readonly action: 'refuse'; readonly refusal: 'Conflict' | 'NotFound'; readonly reasons: readonly string[] };

export type RestartDecision =
  | { readonly action: 'restart'; readonly desired: DesiredCluster; readonly fields: readonly string[]; readonly reasons: readonly string[] }
  | Refusal;

/**
 * All Machines of one owner are to be replaced, although nothing of its template has changed: what
 * Cluster API calls rolloutAfter. As by clusterctl, not of one whose rollout is paused, and not where a
 * time that is still to come was set before.
 */
export function decideRestart(state: ClusterState, { owner, now }: { readonly owner: Owner; readonly now: number }): RestartDecision {
  const conflict = mayRoll(state);
  if (conflict !== undefined) return conflict;
  const wanted = findDesired(state.desired, owner);
  if (wanted === undefined) return { action: 'refuse', refusal: 'NotFound', reasons: [noSuchOwner(state, owner)] };
  const name = describeOwner(owner);
  const paused = pauseReasons(state, owner);
  if (paused.length > 0) return refuse(`${name}: ${paused.join('; ')}. slipway rollout resume ${name} lets it go on`);
  const { after } = wanted.rollout ?? {};
  if (after !== undefined && after > now) return refuse(`${name} is replaced from ${new Date(after).toISOString()} on, by its manifest: take spec.rolloutAfter out of it first`);
  const desired = withAfter(state.desired, owner, now);
  const changes = compareDesired(state.desired, desired);
  return { action: 'restart', desired, fields: changes.map(({ field }) => field), reasons: changes.map(describeChange) };
}

/** Whether Machines of that cluster may be replaced at all. */
export function mayRoll(state: ClusterState): Refusal | undefined {
  const cluster = `cluster ${state.identity.name}`;
  if (state.phase === 'Deleting') return refuse(`${cluster} is being deleted`);
  const conflict = mayChange(state);
  if (conflict !== undefined) return { ...conflict, refusal: 'Conflict' };
  return state.phase === 'Provisioned' ? undefined : refuse(`${cluster} is ${state.phase}: its create has to end first`);
}

function withAfter(desired: DesiredCluster, { role, name }: Owner, after: number): DesiredCluster {
  const { controlPlane, machineDeployments } = desired;
  if (role === 'control-plane') return { ...desired, controlPlane: { ...controlPlane, rollout: { ...controlPlane.rollout, after } } };
  return { ...desired, machineDeployments: machineDeployments.map((deployment) => (deployment.name === name ? { ...deployment, rollout: { ...deployment.rollout, after } } : deployment)) };
}

function refuse(reason: string): Refusal {
  return { action: 'refuse', refusal: 'Conflict', reasons: [reason] };
}
