import type { DesiredCluster } from '../api/desired-cluster.ts';
import type { ClusterState } from './cluster-state.ts';
import { describeOwner, findDesired, type Owner } from './owner.ts';
import type { Operation } from './operation.ts';
import type { AgreedStep, PlanOrder } from './rollout/plan-order-lanes.ts';
import { hashOf } from './rollout/plan-order.ts';
import type { RolloutPause, RolloutWord } from './rollout/rollout-word.ts';
import type { Standing } from './standing.ts';
import { isStepKind } from './step.ts';

/** What an earlier Slipway wrote where owners were told apart by their names alone. */
type StoredPause = Omit<RolloutPause, 'role'> & Partial<Pick<RolloutPause, 'role'>>;
/** By an owner's name, a line each: "RemoveMachine v1.33.13/4f0c… → none, voters 4 → 3". */
type StoredLanes = Readonly<Record<string, readonly (AgreedStep | string)[]>>;

/** A state as this Slipway writes it, of one that it or an earlier one has written; the same object where nothing is to be done. */
export function upgradeState(state: ClusterState): ClusterState {
  const operations = state.operations.map((operation) => upgradeOperation(operation, state.desired));
  const isSame = operations.every((operation, index) => operation === state.operations[index]);
  const standing = upgradeStanding(state, state.desired);
  return isSame && standing === state ? state : { ...state, ...standing, operations };
}

/** What the store keeps of it. */
export function upgradeStanding<Kept extends Pick<Standing, 'rollouts'>>(standing: Kept, desired: DesiredCluster): Kept {
  const { rollouts } = standing;
  const paused: readonly StoredPause[] = rollouts?.paused ?? [];
  if (rollouts === undefined || paused.every(({ role }) => role !== undefined)) return standing;
  const upgraded: RolloutWord = { ...rollouts, paused: paused.flatMap((pause) => (pause.role === undefined ? pausesOf(pause, desired) : [{ ...pause, role: pause.role }])) };
  return { ...standing, rollouts: upgraded };
}

/** It held every owner of that name. */
function pausesOf(pause: StoredPause, desired: DesiredCluster): readonly RolloutPause[] {
  return ownersOf(pause.owner, desired).map(({ role }) => ({ ...pause, role }));
}

function ownersOf(name: string, desired: DesiredCluster): readonly Owner[] {
  return (['control-plane', 'worker'] as const).map((role): Owner => ({ role, name })).filter((owner) => findDesired(desired, owner) !== undefined);
}

/** The hash covers the lanes, so it is made anew with them; what is still to be checked is checked against that. */
function upgradeOperation(operation: Operation, desired: DesiredCluster): Operation {
  const { plan } = operation;
  const stored: StoredLanes = plan?.lanes ?? {};
  if (plan === undefined || Object.values(stored).flat().every((step) => typeof step !== 'string')) return operation;
  const lanes: Record<string, readonly AgreedStep[]> = {};
  for (const [name, steps] of Object.entries(stored)) {
    const [owner = { role: 'worker' as const, name }] = ownersOf(name, desired);
    lanes[name.includes('/') ? name : describeOwner(owner)] = steps.flatMap(agreedStepOf);
  }
  const order: PlanOrder = { hash: hashOf(desired, lanes), lanes };
  return { ...operation, plan: { ...plan, ...order } };
}

function agreedStepOf(step: AgreedStep | string): readonly AgreedStep[] {
  if (typeof step !== 'string') return [step];
  const [, kind = '', change = ''] = /^(\w+),? ?(.*)$/.exec(step) ?? [];
  return isStepKind(kind) ? [{ kind, change }] : [];
}
