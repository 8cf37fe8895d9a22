import type { Evidence } from './evidence.ts';
import type { AgreedStep, PlanOrder } from './rollout/plan-order-lanes.ts';

/** What an operation does when a step's retries are used up. */
export type OnFailure = 'block' | 'undo' | 'retain';

/**
 *  create   everything of a new cluster
 *  apply    a changed manifest
 *  scale    other replicas of one owner
 *  replace  one Machine goes and its owner brings up another
 *  restart  all Machines of one owner are replaced
 *  undo     back to an earlier revision
 *  adopt    taken over again from the store
 *  recover  back from a backup
 *  delete   everything goes
 */
export type OperationVerb = 'create' | 'apply' | 'scale' | 'replace' | 'restart' | 'undo' | 'adopt' | 'recover' | 'delete';

/**
 *  Running     steps are started as the plan allows
 *  Blocked     a step's retries are used up; a person decides (apply again retries, delete removes)
 *  Cancelling  running steps are being told to stop
 *  Cancelled   stopped by a person; what exists stays
 *  Undoing     everything that this create made is being removed
 *  Undone      it is gone
 *  Failed      a step failed and --on-failure=retain keeps everything as it stands
 *  Superseded  a newer wish took its place; what it had begun was taken over
 *  Succeeded
 */
export type OperationPhase =
  | 'Running'
  | 'Blocked'
  | 'Cancelling'
  | 'Cancelled'
  | 'Undoing'
  | 'Undone'
  | 'Failed'
  | 'Superseded'
  | 'Succeeded';

/**
 * `checked`: it was still true when the operation began. `begun`: what was taken from each lane last, for that may have to
 * be tried again under another operation.
 */
export type AgreedPlan = PlanOrder & { readonly checked?: true; readonly begun?: Readonly<Record<string, AgreedStep>> };

export type Operation = {
  /** "demo-create-1": what `slipway cancel` takes. */
  readonly id: string;
  readonly verb: OperationVerb;
  readonly phase: OperationPhase;
  readonly actor: string;
  readonly reason?: string;
  readonly onFailure: OnFailure;
  /** Who told it to stop, and when (epoch milliseconds, workflow time). */
  readonly cancelled?: { readonly actor: string; readonly at: number; readonly reason?: string };
  /** What it changes, a line each: "KubeadmControlPlane/demo-cp.spec.replicas: 1 → 3". Absent where nothing is. */
  readonly changes?: readonly string[];
  /** What a person saw and agreed to, as far as it is not done yet. */
  readonly plan?: AgreedPlan;
  /** Name of the backup that was made before its first control-plane Machine was replaced. */
  readonly snapshot?: string;
  /** Epoch milliseconds, workflow time. */
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly evidence?: Evidence;
  /** What people decided while it was Blocked, oldest first. */
  readonly decisions?: readonly OperationDecision[];
};

/** `slipway resume`: who chose what, when (epoch milliseconds, workflow time) and why. */
export type OperationDecision = {
  readonly at: number;
  readonly actor: string;
  readonly how: 'retry' | 'skip' | 'abort';
  readonly reason?: string;
};

export const openPhases: readonly OperationPhase[] = ['Running', 'Blocked', 'Cancelling', 'Undoing'];

export function isOpen(operation: Operation): boolean {
  return openPhases.includes(operation.phase);
}
