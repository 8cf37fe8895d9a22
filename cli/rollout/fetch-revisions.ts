import { workflowTypes, type RevisionsAnswer, type RevisionsInput } from '../../workflows/contracts.ts';
import { clusterWorkflowId } from '../../workflows/messages.ts';
import { runWorkflow } from '../temporal/run-workflow.ts';
import type { TemporalSession } from '../temporal/session.ts';

/** From the store. @throws NotFoundError where it knows no such cluster or revision */
export async function fetchRevisions(session: TemporalSession, input: RevisionsInput): Promise<RevisionsAnswer> {
  return runWorkflow<RevisionsAnswer>(session, {
    type: workflowTypes.revisions,
    idPrefix: `${clusterWorkflowId(input.name)}/revisions`,
    input,
    where: `cluster ${input.name}`,
    unchanged: 'nothing was changed',
    next: [`slipway rollout history cluster/${input.name}`],
  });
}
