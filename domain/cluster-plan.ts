import type { Membership } from './quorum/membership.ts';
import type { PlanOrder } from './rollout/plan-order-lanes.ts';
import type { MachineRole } from './machine.ts';
import type { StepKind } from './step.ts';

/** One step that would be taken, and why. */
export type ProjectedStep = {
  readonly kind: StepKind;
  /** "demo-cp-x2f9k", or "demo-cp-(new 1)" for a Machine that has no name yet. */
  readonly machine?: string;
  /** Of the KubeadmControlPlane or MachineDeployment: its name, and which of both it is. */
  readonly owner?: string;
  readonly role?: MachineRole;
  /** "v1.33.13/4f0c9a1b22": version and template of the Machine that goes, or of the one that comes. */
  readonly from?: string;
  readonly to?: string;
  readonly reasons: readonly string[];
  /** Of etcd, where the step changes its membership. */
  readonly quorum?: { readonly before: Membership; readonly after: Membership };
  /** Steps of the same round run side by side. */
  readonly round: number;
};

/**
 *  create     no such cluster exists
 *  change     Machines come or go, or the record changes
 *  resume     the newest operation stopped and would go on
 *  attach     the same is under way already
 *  unchanged  nothing to do
 *  refuse     `reasons` say why
 */
export type PlanAction = 'create' | 'change' | 'resume' | 'attach' | 'unchanged' | 'refuse';

/** What would be done, in order; made by the decisions that would do it. */
export type ClusterPlan = {
  readonly cluster: string;
  readonly action: PlanAction;
  readonly reasons: readonly string[];
  /** A line each: "MachineDeployment/demo-md-0.spec.replicas: 1 → 3". */
  readonly changes: readonly string[];
  readonly steps: readonly ProjectedStep[];
  /** What could not be planned to its end, and what holds it up. */
  readonly waiting: readonly { readonly subject: string; readonly reasons: readonly string[] }[];
  /** What is waited for before or between the steps, and comes by itself; it is no part of the order. */
  readonly waits?: readonly { readonly subject: string; readonly reasons: readonly string[] }[];
  /** Where a person will be asked for approval on the way. */
  readonly gates?: readonly string[];
  /** What an apply carries out, if a person agrees to it. */
  readonly order?: PlanOrder;
  /** Revision of the cluster that was looked at; absent for a new one. */
  readonly revision?: number;
  readonly refusal?: 'Conflict' | 'ChangeNotSupported' | 'NotFound' | 'Invalid';
};

/** Whether anything would be done: what the exit code of `slipway plan` says. */
export function hasChanges({ action }: ClusterPlan): boolean {
  return action === 'create' || action === 'change' || action === 'resume';
}
