import { bump } from '../update-state.ts';
import type { ClusterState } from '../cluster-state.ts';
import { condition, type Condition } from '../conditions.ts';
import { hasJoined } from '../machine.ts';
import type { ControlPlaneHealth, HealthReport, LostMachine } from './control-plane-health.ts';

/** A cluster that is well remembers nothing. What is told again changes nothing, and wakes nobody. */
export function recordHealth(state: ClusterState, { uid, lost, quorumLost }: HealthReport, now: number): ClusterState {
  if (uid !== state.identity.uid || state.phase === 'Deleting') return state;
  const { health: before, ...rest } = state;
  const known = (machine: LostMachine) => before?.lost.find(({ name, state: seen }) => name === machine.name && seen === machine.state);
  const next: ControlPlaneHealth = {
    lost: lost.map((machine) => known(machine) ?? { ...machine, since: now }),
    ...(quorumLost === undefined ? {} : { quorumLost: before?.quorumLost ?? { message: quorumLost, since: now } }),
  };
  const isSame = next.lost.length === (before?.lost.length ?? 0) && next.lost.every((machine) => before?.lost.includes(machine)) && next.quorumLost === before?.quorumLost;
  // A plan may have seen before that the majority was lost: that it is there again is news all the same.
  const overdue = quorumLost === undefined && (state.notices ?? []).some(({ kind }) => kind === 'QuorumLost');
  if (isSame && !overdue) return state;
  return bump(next.lost.length === 0 && next.quorumLost === undefined ? { ...rest, ...withoutQuorumLost(state) } : { ...rest, ...(overdue ? withoutQuorumLost(state) : {}), health: next });
}

function withoutQuorumLost({ notices = [] }: ClusterState): Pick<ClusterState, 'notices'> {
  return { notices: notices.filter(({ kind }) => kind !== 'QuorumLost') };
}

/** A plan has looked at etcd and found a majority: that is newer than what a watch has told. */
export function forgetQuorumLost(state: ClusterState): ClusterState {
  if (state.health?.quorumLost === undefined) return state;
  const { health: { lost }, ...rest } = state;
  return bump(lost.length === 0 ? rest : { ...rest, health: { lost } });
}

/** Machines that are lost and still count: one that is being taken out or has gone is nobody's worry. */
export function lostMachines({ health, machines }: ClusterState): ControlPlaneHealth['lost'] {
  const counting = new Set(machines.filter(hasJoined).map(({ name }) => name));
  return (health?.lost ?? []).filter(({ name }) => counting.has(name));
}

export function describeLost({ name, state }: LostMachine): string {
  return state === 'absent' ? `control-plane Machine ${name} is gone: what it ran on does not exist any more` : `control-plane Machine ${name} is stopped`;
}

/** Of a KubeadmControlPlane; none where all is well. */
export function healthConditions(state: ClusterState): readonly Condition[] {
  const lost = lostMachines(state);
  const { quorumLost } = state.health ?? {};
  return [
    ...(lost.length === 0
      ? []
      : [condition('MachinesPresent', 'False', { reason: 'MachineLost', message: lost.map(describeLost).join('; '), since: Math.min(...lost.map(({ since }) => since)) })]),
    ...(quorumLost === undefined ? [] : [condition('EtcdHasQuorum', 'False', { reason: 'QuorumLost', message: quorumLost.message, since: quorumLost.since })]),
  ];
}
