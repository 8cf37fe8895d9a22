import type { Condition } from '../conditions.ts';
import type { Membership } from '../quorum/membership.ts';
import type { RemovalStage } from './plan-removal.ts';

/** What is wanted of a control plane. */
export type ControlPlaneWish = {
  /** Odd; see checkControlPlaneReplicas. */
  readonly replicas: number;
  /** How many are kept for now: other than the replicas while Machines are replaced. Absent: as many as wanted. */
  readonly target?: number;
  /** No cluster has been made yet. Absent, there is one, which a second `kubeadm init` would cover up. */
  readonly mayInitialize?: boolean;
  /** Of the cluster, in the order in which they are filled; none where it has none. */
  readonly failureDomains: readonly string[];
  /** One that had failed was removed, and its replacement may join although others are not well either. */
  readonly replacing?: boolean;
};

/** Changes nothing in etcd: may run beside anything. */
export type FreeStep =
  | { readonly action: 'create'; readonly failureDomain: string | undefined; readonly reasons: readonly string[] }
  /** What of its join needs no turn. */
  | { readonly action: 'prepare'; readonly machine: string; readonly reasons: readonly string[] }
  /** A Machine whose join has not begun. */
  | { readonly action: 'discard'; readonly machine: string; readonly reasons: readonly string[] };

type Change = { readonly before: Membership; readonly after: Membership; readonly reasons: readonly string[] };

/**
 * The one next step of the quorum lane.
 *  join          that Machine becomes a member; started again, it goes on with the member it has
 *  removeMember  of a member that belongs to no Machine, or of the learner of a join that has stopped
 *  removeMachine beginning with that stage; the step asks planRemoval for the ones after it
 *  wait          `checks` say for what; empty where it is for Machines or steps, which `reasons` name
 *  stop          no step can help: a person has to decide
 */
export type QuorumStep =
  | { readonly action: 'initialize'; readonly machine: string; readonly reasons: readonly string[] }
  | ({ readonly action: 'join'; readonly machine: string } & Change)
  | ({ readonly action: 'removeMember'; readonly memberId: string } & Change)
  | ({ readonly action: 'removeMachine'; readonly machine: string; readonly stage: Exclude<RemovalStage['stage'], 'wait'> } & Change)
  | { readonly action: 'wait'; readonly checks: readonly Condition[]; readonly reasons: readonly string[] }
  | { readonly action: 'stop'; readonly checks: readonly Condition[]; readonly reasons: readonly string[] }
  | { readonly action: 'done'; readonly reasons: readonly string[] };

export type ControlPlanePlan = { readonly free: readonly FreeStep[]; readonly next: QuorumStep };
