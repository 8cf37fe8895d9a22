import { ServiceError, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { APPROVAL_GATES } from '../../../api/approval-gates.ts';
import type { ClusterState } from '../../../domain/cluster-state.ts';
import type { Owner } from '../../../domain/owner.ts';
import { concerns } from '../../../domain/hold-up.ts';
import { waitingAt } from '../../../domain/rollout/approve-gate.ts';
import type { clusterWorkflow } from '../../../workflows/cluster.ts';
import { approveUpdate, pauseRolloutUpdate } from '../../../workflows/messages.ts';

const actor = 'tester';

/** A person's part where a rollout waits for one: a gate is approved, and what was paused goes on. */
export async function letRolloutsGoOn(handle: WorkflowHandle<typeof clusterWorkflow>, state: ClusterState): Promise<void> {
  try {
    for (const gate of APPROVAL_GATES.filter((each) => waitingAt(state, each).length > 0)) {
      await handle.executeUpdate(approveUpdate, { args: [{ gate, actor, reason: 'looked at' }] });
    }
    for (const owner of heldOwners(state)) await handle.executeUpdate(pauseRolloutUpdate, { args: [{ owner, paused: false, actor, reason: 'go on' }] });
  } catch (error) {
    // It may have gone on, or its run may have ended, since it was looked at: it is looked at again.
    if (!(error instanceof WorkflowUpdateFailedError || error instanceof ServiceError)) throw error;
  }
}

/** Those whose rollout is paused and would otherwise go on now. */
function heldOwners({ rollouts, holdUps = [] }: ClusterState): readonly Owner[] {
  const paused = (rollouts?.paused ?? []).map(({ role, owner: name }): Owner => ({ role, name }));
  return paused.filter((owner) => holdUps.some((holdUp) => concerns(holdUp, owner)));
}
