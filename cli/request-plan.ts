import type { ClusterPlan } from '../domain/cluster-plan.ts';
import { workflowTypes, type PlanInput } from '../workflows/contracts.ts';
import { clusterWorkflowId } from '../workflows/messages.ts';
import { ConflictError, InvalidManifestError, NotFoundError, NotSupportedError, type CliError, type ErrorFacts } from './errors.ts';
import { runWorkflow } from './temporal/run-workflow.ts';
import type { TemporalSession } from './temporal/session.ts';

const PLAN_TIMEOUT_MS = 60_000;

/** Asks for the plan of a wish. @throws CliError by kind of refusal, with all its reasons */
export async function requestPlan(session: TemporalSession, input: PlanInput): Promise<ClusterPlan> {
  const plan = await runWorkflow<ClusterPlan>(session, {
    type: workflowTypes.plan,
    idPrefix: `${clusterWorkflowId(input.cluster)}/plan`,
    input,
    timeoutMs: PLAN_TIMEOUT_MS,
    where: `cluster ${input.cluster}`,
    unchanged: 'nothing was changed',
  });
  if (plan.action === 'refuse') throw refused(plan);
  return plan;
}

function refused({ cluster, reasons, refusal = 'Conflict' }: ClusterPlan): CliError {
  const facts: ErrorFacts = { what: reasons.join('\n'), where: `cluster ${cluster}`, unchanged: 'nothing was changed', next: [`slipway describe cluster ${cluster}`] };
  switch (refusal) {
    case 'ChangeNotSupported':
      return new NotSupportedError(facts);
    case 'NotFound':
      return new NotFoundError(facts);
    case 'Invalid':
      return new InvalidManifestError(facts);
    case 'Conflict':
      return new ConflictError(facts);
  }
}
