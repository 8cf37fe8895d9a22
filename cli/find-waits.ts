import { currentOperation } from '../domain/cluster-state.ts';
import { waitToCut } from '../domain/resume-operation.ts';
import type { SkippedPhase } from '../domain/step.ts';
import { ConflictError } from './errors.ts';
import { fetchProgress } from './follow/progress.ts';
import type { TemporalSession } from './temporal/session.ts';

/**
 * What the removals of an operation that runs are waiting for and a person may cut short; none of one that is Blocked.
 * @throws ConflictError where `machine` waits for nothing of the kind
 */
export async function findWaits(session: TemporalSession, asked: { readonly cluster: string; readonly machine: string | undefined }): Promise<readonly SkippedPhase[]> {
  const { cluster, machine } = asked;
  const { state, steps } = await fetchProgress(session, cluster);
  const isRunning = currentOperation(state)?.phase === 'Running';
  const running = isRunning ? state.steps.filter((step) => step.state === 'Running' && (machine === undefined || step.machine === machine)) : [];
  const waits = running.flatMap(({ id, kind }) => {
    const phase = kind === 'RemoveMachine' ? waitToCut({ phases: steps[id]?.phases ?? [] }) : undefined;
    return phase === undefined ? [] : [{ step: id, phase }];
  });
  if (machine === undefined || waits.length > 0) return waits;
  throw new ConflictError({
    what: `Machine ${machine} waits for no drain and no volume`,
    unchanged: 'nothing was cut short',
    next: [`slipway describe cluster ${cluster}`],
  });
}
