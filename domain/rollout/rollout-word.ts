import type { ApprovalGate } from '../../api/approval-gates.ts';
import type { MachineRole } from '../machine.ts';

/** A person holds the rollout of one owner, or lets it pass a gate; a control plane and a MachineDeployment may have the same name. Epoch milliseconds, workflow time. */
export type RolloutPause = { readonly owner: string; readonly role: MachineRole; readonly actor: string; readonly at: number; readonly reason?: string };
export type RolloutApproval = { readonly gate: ApprovalGate; readonly rollout: string; readonly actor: string; readonly at: number; readonly reason: string };

/** A person's word as the journal takes it; `at` in epoch milliseconds, workflow time. */
export type RolloutSaying = {
  /** "demo-apply-3/word-2": the newest operation when it was said, and the how-manieth word of the cluster's life. */
  readonly id: string;
  readonly operation: string;
  readonly at: number;
  readonly actor: string;
  /** "machinedeployment/demo-md-0", "cluster/demo" */
  readonly subject: string;
  /** "rollout pause", "rollout resume", "approve control-plane" */
  readonly action: string;
  readonly reason?: string;
};

/** What people have said of rollouts, as the cluster's state keeps it. */
export type RolloutWord = {
  readonly paused?: readonly RolloutPause[];
  readonly approvals?: readonly RolloutApproval[];
  /** How much was ever said; and what of it the journal does not have yet. */
  readonly said?: { readonly count: number; readonly unsaved: readonly RolloutSaying[] };
};
