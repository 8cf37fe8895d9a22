import type { Condition } from '../conditions.ts';
import type { Machine } from '../machine.ts';
import type { Observed } from '../observation.ts';
import type { JoiningEtcd } from '../version/etcd-upgrade.ts';
import { isMemberOf, type EtcdMember } from './etcd-member.ts';

/**
 * What must be True of each control-plane Machine, in the order in which Cluster API's preflight asks
 * (preflight.go, checkHealthiness); a condition that is absent is Unknown. `NodeExists` is its
 * `status.nodeRef`. Whether the etcd member is healthy is not among them: that is read from etcd.
 */
export const componentConditions = ['NodeExists', 'APIServerPodHealthy', 'ControllerManagerPodHealthy', 'SchedulerPodHealthy', 'EtcdPodHealthy'] as const;

export type ComponentCondition = (typeof componentConditions)[number];

/** A control-plane Machine, and what was observed of it. */
export type ControlPlaneMachine = Pick<Machine, 'name' | 'address' | 'phase' | 'createdAt' | 'deletion' | 'takenBack'> & {
  readonly failureDomain?: string;
  /** What of its join changes no membership has been done. */
  readonly prepared?: boolean;
  /** It does not have the desired version or template any more. */
  readonly outdated?: boolean;
  /** Its infrastructure is gone for good, and with it its member's data: it cannot come back. */
  readonly gone?: boolean;
  /** Cluster API's `cluster.x-k8s.io/delete-machine`: go before others, if one has to. */
  readonly deleteFirst?: boolean;
  /** See componentConditions. */
  readonly conditions: readonly Condition[];
};

/** A membership change that a step is at work on; an API server that merely starts is none. */
export type ChangeInFlight = { readonly machine: string; readonly change: 'add' | 'remove' };

/** All that decisions about the quorum are made from, as one plain JSON value. */
export type ControlPlaneView = {
  /** Control-plane Machines alone. */
  readonly machines: readonly ControlPlaneMachine[];
  readonly etcd: Observed<readonly EtcdMember[]>;
  /** Whether the keys and certificates that a join needs are complete. */
  readonly certificates: Condition['status'];
  readonly inFlight: readonly ChangeInFlight[];
  /** Absent: the etcd that is there already. */
  readonly joining?: JoiningEtcd;
};

export function memberOf(view: Pick<ControlPlaneView, 'etcd'>, machine: Pick<Machine, 'name' | 'address'>): EtcdMember | undefined {
  return view.etcd.known ? view.etcd.value.find((member) => isMemberOf(member, machine)) : undefined;
}

export function machineOf(view: Pick<ControlPlaneView, 'machines'>, member: EtcdMember): ControlPlaneMachine | undefined {
  return view.machines.find((machine) => isMemberOf(member, machine));
}

/** Members that belong to no Machine: left behind by one that is gone, or added by somebody else. */
export function strayMembers(view: ControlPlaneView): readonly EtcdMember[] {
  return view.etcd.known ? view.etcd.value.filter((member) => machineOf(view, member) === undefined) : [];
}

export function componentOf(machine: ControlPlaneMachine, type: ComponentCondition): Pick<Condition, 'status' | 'message'> {
  return machine.conditions.find((condition) => condition.type === type) ?? { status: 'Unknown', message: 'not observed' };
}

/** It serves as a whole: its controllers talk to its own API server, and that one to its own etcd member. */
export function isOperational(machine: ControlPlaneMachine): boolean {
  return machine.gone !== true && componentConditions.every((type) => componentOf(machine, type).status === 'True');
}
