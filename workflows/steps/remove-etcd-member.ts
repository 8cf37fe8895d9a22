import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';
import { clusterScope } from './step-context.ts';

/** Takes out of etcd what no Machine stands behind: a join that failed left it, or somebody's hand. */
export async function removeEtcdMember(input: StepInput): Promise<StepReport> {
  return runStep(input, async ({ phase }) => {
    const { member: memberId = '', machines, expectedMembers: expected = [] } = input;
    await phase('etcd member', ({ quick }) => quick.removeStrayMember({ ...clusterScope(input), machines, memberId, expected }));
  });
}
