import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import type { Evidence } from '../domain/evidence.ts';
import { evidenceAt } from '../domain/resume-operation.ts';

/** What activities attach to their failures (see the worker's failure interceptor). */
export type FailureDetails = { readonly attempt: number };

/** The innermost cause that says something; its text was scrubbed where it was thrown. */
export function toEvidence(error: unknown, where: string | { readonly step: string; readonly phase?: string }): Evidence {
  const { at, ...place } = typeof where === 'string' ? { at: where } : evidenceAt(where.step, where.phase);
  return { at, ...place, ...describeFailure(error) };
}

function describeFailure(error: unknown): Pick<Evidence, 'error' | 'message' | 'attempts'> {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    return { error: cause.type ?? 'Error', message: cause.message, attempts: attemptOf(cause.details?.[0]) };
  }
  if (cause instanceof TimeoutFailure) {
    const waitingFor = waitingForOf(cause.lastHeartbeatDetails);
    const what = waitingFor === undefined ? cause.message : `still waiting for: ${waitingFor}`;
    return { error: 'TimeoutFailure', message: `timed out (${cause.timeoutType}): ${what}`, attempts: 1 };
  }
  return { error: error instanceof Error ? error.name : 'Error', message: String(error), attempts: 1 };
}

function attemptOf(details: unknown): number {
  const known = typeof details === 'object' && details !== null && 'attempt' in details;
  return known && typeof details.attempt === 'number' ? details.attempt : 1;
}

/** Heartbeats carry an activity's Progress. */
function waitingForOf(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null) return undefined;
  const { phase, waitingFor }: { phase?: unknown; waitingFor?: unknown } = details;
  if (typeof waitingFor === 'string') return waitingFor;
  return typeof phase === 'string' ? phase : undefined;
}
