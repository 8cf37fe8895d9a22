import type { ClusterConditions, OwnerConditions } from '../../domain/cluster-conditions.ts';
import type { ClusterState } from '../../domain/cluster-state.ts';
import type { Condition } from '../../domain/conditions.ts';
import type { MachineConditions } from '../../domain/machine-conditions.ts';
import type { ToldNotice } from '../../domain/notices/notice.ts';
import { viewCluster, viewMachine } from './cluster-view.ts';

/** `describe cluster -o json`: the cluster as `get` prints it, with conditions at every object. */
export function viewDescription(state: ClusterState, conditions: ClusterConditions, backups?: Condition): object {
  const viewOwner = (owner: OwnerConditions): object => ({
    kind: owner.kind,
    name: owner.name,
    replicas: owner.desired,
    ready: owner.ready,
    conditions: owner.conditions.map(viewCondition),
    preflight: owner.preflight.map(viewCondition),
    machines: owner.machines.map((each) => viewMachineConditions(state, each)),
  });
  return {
    ...viewCluster(state),
    conditions: conditions.conditions.map(viewCondition),
    backups: backups === undefined ? null : viewCondition(backups),
    notices: (state.notices ?? []).map(viewNotice),
    controlPlane: viewOwner(conditions.controlPlane),
    machineDeployments: conditions.machineDeployments.map(viewOwner),
  };
}

/** `describe machine -o json`. */
export function viewMachineConditions(state: ClusterState, { machine, conditions }: MachineConditions): object {
  return { ...viewMachine(state, machine), conditions: conditions.map(viewCondition) };
}

function viewNotice({ kind, subject, since, reasons, delivery, problem }: ToldNotice): object {
  return { kind, subject, since: new Date(since).toISOString(), reasons, delivery, problem: problem ?? null };
}

function viewCondition({ type, status, reason, message, since }: Condition): object {
  return { type, status, reason, message, since: since === undefined ? null : new Date(since).toISOString() };
}
