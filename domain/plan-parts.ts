import type { ClusterState } from './cluster-state.ts';
import type { Condition } from './conditions.ts';
import type { Machine, MachineRole } from './machine.ts';
import { stepId, type Step, type StepKind } from './step.ts';

/** A step that may start now, and why. */
export type PlannedStep = {
  readonly kind: StepKind;
  readonly machine?: string;
  /** Of RemoveEtcdMember: the member's ID. */
  readonly member?: string;
  /** IDs of etcd's members that a removal was decided on. */
  readonly expectedMembers?: readonly string[];
  /** Of what is published: its hash. */
  readonly brings?: string;
  readonly reasons: readonly string[];
};

/** Machines beyond the replicas, which come before others go. */
export type PlannedSurge = { readonly owner: string; readonly role: MachineRole; readonly count: number; readonly reasons: readonly string[] };

/** Something that must wait, and for what; `role`: of an owner that is the subject; `recheck`: nobody will tell when it has come; `person`: somebody has to say so; `checks`: of a preflight, all of them. */
export type Wait = { readonly subject: string; readonly role?: MachineRole; readonly reasons: readonly string[]; readonly recheck?: true; readonly person?: true; readonly checks?: readonly Condition[] };

export function plannedId(cluster: string, { kind, machine, member }: PlannedStep): string {
  return stepId(cluster, kind, member ?? machine);
}

/** What one lane would do next. Lanes do not wait for each other but for a reason that they name. */
export type LanePlan = {
  readonly start: readonly PlannedStep[];
  readonly waiting: readonly Wait[];
  readonly surge?: PlannedSurge;
  /** It cannot say without facts. */
  readonly needsFacts?: true;
  /** No step can help: a person has to decide. */
  readonly stuck?: readonly string[];
};

export function runningSteps(state: ClusterState): readonly Step[] {
  return state.steps.filter((step) => step.state === 'Running');
}

export function isStepRunning(state: ClusterState, machine: Machine, kinds: readonly StepKind[]): boolean {
  return runningSteps(state).some((step) => step.machine === machine.name && kinds.includes(step.kind));
}

/** Whether all of a control plane's join that changes no membership has been done. */
export function hasPrepared(state: ClusterState, machine: string | undefined): boolean {
  return state.steps.some((step) => step.kind === 'PrepareControlPlane' && step.machine === machine && step.state === 'Done');
}

/** Bootstrapping with no step running is a step that was blocked or cancelled: it may be started again. */
export function readyToBootstrap(state: ClusterState, role: Machine['role']): readonly Machine[] {
  return state.machines
    .filter((machine) => machine.role === role && machine.deletion === undefined && (machine.phase === 'Provisioned' || machine.phase === 'Bootstrapping'))
    .toSorted((a, b) => Number(b.phase === 'Bootstrapping') - Number(a.phase === 'Bootstrapping'));
}
