import { isInitialized, type ClusterState } from '../cluster-state.ts';
import { readyToBootstrap, type LanePlan, type PlannedStep } from '../plan-parts.ts';
import { planFirstMachine, planStopControlPlane } from '../recovery/plan-recovery.ts';
import { isChangingMembership, isPrepared, waitFor } from './membership-turn.ts';

/** Of a cluster that is being created: joins ask etcd themselves, and there is nothing to lose yet. */
export function planFirstControlPlanes(state: ClusterState): LanePlan {
  const candidates = readyToBootstrap(state, 'control-plane');
  const unprepared = isInitialized(state) ? candidates.filter((machine) => !isPrepared(state, machine)) : [];
  const prepare = unprepared.map(({ name }): PlannedStep => ({ kind: 'PrepareControlPlane', machine: name, reasons: ['what changes no membership needs no turn'] }));
  const [next, ...rest] = candidates.filter((machine) => !unprepared.includes(machine));
  const busy = state.machines.find((machine) => machine.role === 'control-plane' && isChangingMembership(state, machine));
  if (busy !== undefined && busy.name !== next?.name) {
    const others = candidates.filter((candidate) => candidate.name !== busy.name);
    return { start: prepare, waiting: waitFor(others, `${busy.name} joins first: one membership change at a time`) };
  }
  if (next === undefined) return { start: prepare, waiting: [] };
  if (planStopControlPlane(state) !== undefined) return { start: [], waiting: waitFor(candidates, 'the old control plane is stopped first') };
  return {
    start: [
      ...prepare,
      isInitialized(state)
        ? { kind: 'JoinControlPlane', machine: next.name, reasons: ['the quorum lane is free'] }
        : planFirstMachine(state, next.name),
    ],
    waiting: waitFor([...unprepared, ...rest], `${next.name} goes first: one membership change at a time`),
  };
}
