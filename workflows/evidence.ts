import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import type { Evidence } from '../domain/operation.ts';

/** What activities attach to their failures (see the worker's failure interceptor). */
export type FailureDetails = { readonly attempt: number };

/** The innermost cause that says something; its text was scrubbed where it was thrown. */
export function toEvidence(error: unknown, at: string): Evidence {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const details = cause.details?.[0] as FailureDetails | undefined;
    return { at, error: cause.type ?? 'Error', message: cause.message, attempts: details?.attempt ?? 1 };
  }
  if (cause instanceof TimeoutFailure) {
    return { at, error: 'TimeoutFailure', message: `timed out (${cause.timeoutType}): ${cause.message}`, attempts: 1 };
  }
  return { at, error: error instanceof Error ? error.name : 'Error', message: String(error), attempts: 1 };
}
