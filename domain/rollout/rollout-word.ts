import type { ApprovalGate } from '../../api/approval-gates.ts';

/** A person holds the rollout of one owner, or lets it pass a gate. Epoch milliseconds, workflow time. */
export type RolloutPause = { readonly owner: string; readonly actor: string; readonly at: number; readonly reason?: string };
export type RolloutApproval = { readonly gate: ApprovalGate; readonly rollout: string; readonly actor: string; readonly at: number; readonly reason: string };

/** What people have said of rollouts, as the cluster's state keeps it. */
export type RolloutWord = { readonly paused?: readonly RolloutPause[]; readonly approvals?: readonly RolloutApproval[] };
