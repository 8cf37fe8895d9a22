import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { startOperation } from '../accept-command.ts';
import { bump } from '../update-state.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { Machine } from '../machine.ts';
import { wantedPublished } from '../rollout/published.ts';
import { withoutReturn } from '../take-back.ts';
import type { Recovery } from './recovery.ts';

type Wish = { readonly actor: string; readonly reason?: string; readonly changes: readonly string[]; readonly now: number };

/** What of a backup decides what the cluster is to be. */
export type Restorable = Recovery['backup'] & { readonly desired: DesiredCluster };

/**
 * The cluster is to be what the backup says. Its control-plane Machines are on their way out from here
 * on, and are replaced by new ones; workers stay, and are looked at when the API answers again.
 */
export function acceptRecovery(state: ClusterState, restorable: Restorable, wish: Wish): ClusterState {
  const { id, createdAt, kubernetesVersion } = restorable;
  const lost = state.machines.filter(({ role }) => role === 'control-plane').map(({ name }) => name);
  const desired = atVersion(restorable.desired, kubernetesVersion);
  const { previous: _previous, skipped: _skipped, holdUps: _holdUps, ...rest } = state;
  const recovering: ClusterState = {
    ...rest,
    desired,
    revision: state.revision + 1,
    published: wantedPublished(desired, { version: kubernetesVersion }),
    // The snapshot holds them.
    addonsReady: true,
    machines: state.machines.map((machine) => (lost.includes(machine.name) ? putOut(machine, wish) : machine)),
    recovery: { backup: { id, createdAt, kubernetesVersion }, acceptedAt: wish.now, lost },
  };
  return startOperation(bump(recovering), { verb: 'recover', onFailure: 'block', ...wish });
}

function putOut(machine: Machine, { actor, reason, now }: Wish): Machine {
  return { ...withoutReturn(machine), phase: 'Deleting', phaseSince: now, deletion: { actor, at: now, ...(reason === undefined ? {} : { reason }) } };
}

/** A backup may be of the midst of an upgrade: what runs in it is the older version. */
export function atVersion(desired: DesiredCluster, version: string): DesiredCluster {
  return { ...desired, controlPlane: { ...desired.controlPlane, version } };
}
