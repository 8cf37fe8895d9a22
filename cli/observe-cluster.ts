import type { ClusterState } from '../domain/cluster-state.ts';
import { unknownObservation, type ClusterObservation } from '../domain/observation.ts';
import { workflowTypes, type ObserveInput } from '../workflows/contracts.ts';
import { clusterWorkflowId } from '../workflows/messages.ts';
import { CliError } from './errors.ts';
import { runWorkflow } from './temporal/run-workflow.ts';
import type { TemporalSession } from './temporal/session.ts';

const OBSERVE_TIMEOUT_MS = 20_000;

/** What could not be observed is Unknown, and describing goes on. */
export async function observeCluster(session: TemporalSession, { identity, allocation }: ClusterState): Promise<ClusterObservation> {
  if (allocation === undefined) return unknownObservation('nothing has been allocated yet', Date.now());
  const input: ObserveInput = { cluster: { identity, allocation } };
  try {
    return await runWorkflow<ClusterObservation>(session, {
      type: workflowTypes.observe,
      idPrefix: `${clusterWorkflowId(identity.name)}/observe`,
      input,
      timeoutMs: OBSERVE_TIMEOUT_MS,
    });
  } catch (error) {
    if (error instanceof CliError) return unknownObservation(error.facts.what, Date.now());
    throw error;
  }
}
