import { startOperation } from '../accept-command.ts';
import { currentOperation, type ClusterState } from '../cluster-state.ts';
import { isStaying, type Machine } from '../machine.ts';
import { isOpen } from '../operation.ts';
import { certificatesDueAt } from './outdated.ts';

type Due = { readonly at: number; readonly why: string };

/**
 * When the clock alone makes a Machine outdated next: rollout.after, or certificates that are about to
 * expire. What was due when the last operation began is that one's business; undefined: nothing will be.
 */
export function nextDue(state: ClusterState): Due | undefined {
  const seen = currentOperation(state)?.startedAt ?? state.createdAt;
  return dates(state)
    .filter(({ at }) => at > seen)
    .toSorted((a, b) => a.at - b.at)[0];
}

/** Begins the replacement that has come due. Nobody asked for it today: the manifest did. */
export function beginDue(state: ClusterState, now: number): ClusterState {
  const operation = currentOperation(state);
  const due = nextDue(state);
  if (due === undefined || due.at > now || state.phase !== 'Provisioned' || state.paused !== undefined || operation === undefined || isOpen(operation)) return state;
  return startOperation(state, { verb: 'restart', actor: 'slipway', reason: due.why, onFailure: 'block', changes: [due.why], now });
}

function dates({ desired, machines }: ClusterState): readonly Due[] {
  const owners = [desired.controlPlane, ...desired.machineDeployments];
  return owners.flatMap(({ name, rollout }) => {
    const own = machines.filter((machine) => machine.owner === name && isStaying(machine));
    const { after } = rollout ?? {};
    const days = rollout !== undefined && 'certificatesExpiryDays' in rollout ? rollout.certificatesExpiryDays : undefined;
    return [...(after !== undefined && own.some(({ createdAt }) => createdAt < after) ? [{ at: after, why: `${name}: rollout after ${new Date(after).toISOString()}` }] : []), ...certificateDates(own, days)];
  });
}

function certificateDates(machines: readonly Machine[], days: number | undefined): readonly Due[] {
  if (days === undefined) return [];
  return machines.map((machine) => ({ at: certificatesDueAt(machine, days), why: `${machine.name}: its certificates expire within ${days} days` }));
}
