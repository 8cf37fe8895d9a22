import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, RetryState, TimeoutFailure, WorkflowNotFoundError } from '@temporalio/common';
import { describe, expect, it, test } from 'vitest';
import { CliError } from '../../../cli/errors.ts';
import { translateFailure } from '../../../cli/temporal/failures.ts';
import { openSession, type TemporalSession } from '../../../cli/temporal/session.ts';
import type { TemporalTarget } from '../../../cli/temporal/target.ts';

const target: TemporalTarget = { address: '127.0.0.1:7233', namespace: 'default', origin: 'local', connection: {} };
// Translating an error looks at nothing but the target.
const session = { target } satisfies Pick<TemporalSession, 'target'>;

function kindOf(error: unknown): string {
  const translated = translateFailure(error, { session, unchanged: 'nothing was created' });
  return translated instanceof CliError ? translated.kind : 'not translated';
}

function refusal(type: string): Error {
  return new WorkflowUpdateFailedError('refused', ApplicationFailure.nonRetryable('because', type));
}

function failedActivity(type: string): Error {
  const application = ApplicationFailure.create({ message: 'because', type });
  const activity = new ActivityFailure('failed', 'admitCluster', '1', RetryState.NON_RETRYABLE_FAILURE, 'worker', application);
  return new WorkflowFailedError('failed', activity, RetryState.NON_RETRYABLE_FAILURE);
}

describe('translateFailure', () => {
  test.each([
    ['a conflict', refusal('Conflict'), 'conflict'],
    ['a change that is not supported', refusal('ChangeNotSupported'), 'notSupported'],
    ['nothing there', refusal('NotFound'), 'notFound'],
    ['another type', refusal('Odd'), 'general'],
    ['a version without image', failedActivity('VersionNotAvailableError'), 'versionNotAvailable'],
    ['an object of somebody else', failedActivity('OwnedByAnotherError'), 'conflict'],
    ['Docker not reachable', failedActivity('DockerUnreachableError'), 'setup'],
    ['a workflow that timed out', new WorkflowFailedError('x', new TimeoutFailure('t', undefined, 'START_TO_CLOSE'), RetryState.TIMEOUT), 'noWorker'],
    ['no such workflow', new WorkflowNotFoundError('x', 'cluster/demo', undefined), 'notFound'],
    ['UNAVAILABLE', Object.assign(new Error('x'), { code: 14 }), 'temporalUnreachable'],
    ['UNAVAILABLE as a cause', new Error('x', { cause: Object.assign(new Error('y'), { code: 14 }) }), 'temporalUnreachable'],
    ['DEADLINE_EXCEEDED', Object.assign(new Error('x'), { code: 4 }), 'noWorker'],
    ['CANCELLED', new Error('x', { cause: Object.assign(new Error('y'), { code: 1 }) }), 'noWorker'],
    ['FAILED_PRECONDITION', Object.assign(new Error('x'), { code: 9 }), 'noWorker'],
    ['a mistake of our own', new TypeError('x'), 'not translated'],
  ])('%s', (_, error, kind) => {
    expect(kindOf(error)).toBe(kind);
  });

  it('shows the message of what failed, not of what carried it', () => {
    const translated = translateFailure(failedActivity('VersionNotAvailableError'), { session, unchanged: 'nothing was created' });
    expect(translated).toMatchObject({ facts: { what: 'because', unchanged: 'nothing was created' } });
  });
});

describe('openSession', () => {
  it('says at once where nothing listens', async () => {
    const closed = { ...target, address: '127.0.0.1:1', connection: { address: '127.0.0.1:1' } };
    await expect(openSession(closed)).rejects.toMatchObject({ kind: 'temporalUnreachable', facts: { next: ['slipway up'] } });
  });
});
