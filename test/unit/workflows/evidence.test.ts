import { ActivityFailure, TimeoutFailure } from '@temporalio/common';
import { RetryState, TimeoutType } from '@temporalio/common';
import { expect, test } from 'vitest';
import { toEvidence } from '../../../workflows/evidence.ts';

const timedOut = (details: unknown) =>
  new ActivityFailure(
    'activity failed',
    'waitForNode',
    '1',
    RetryState.MAXIMUM_ATTEMPTS_REACHED,
    'worker',
    new TimeoutFailure('activity StartToClose timeout', details, TimeoutType.START_TO_CLOSE),
  );

test.each([
  { details: { phase: 'Node ready', waitingFor: 'Node cp-1 to register' }, message: 'still waiting for: Node cp-1 to register' },
  { details: { phase: 'kubeadm init' }, message: 'still waiting for: kubeadm init' },
  { details: undefined, message: 'activity StartToClose timeout' },
])('a time-out says what was waited for: $message', ({ details, message }) => {
  expect(toEvidence(timedOut(details), 'cluster/demo')).toMatchObject({
    error: 'TimeoutFailure',
    message: `timed out (START_TO_CLOSE): ${message}`,
  });
});
