import { WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deliverUpdate } from '../../../cli/temporal/deliver-update.ts';

const grpc = (code: number): Error => new Error('the call failed', { cause: Object.assign(new Error('as gRPC says'), { code }) });
const closing = [
  ['FAILED_PRECONDITION', grpc(9)],
  ['ABORTED', grpc(10)],
  ['NOT_FOUND of the run', new WorkflowNotFoundError('workflow not found', 'cluster/demo', 'run-1')],
  ['an update that its run did not answer', new WorkflowUpdateFailedError('failed', ApplicationFailure.create({ type: 'AcceptedUpdateCompletedWorkflow', message: 'it closed' }))],
] as const;
const refused = new WorkflowUpdateFailedError('refused', ApplicationFailure.nonRetryable('it is paused', 'Conflict'));
const silent = new WorkflowUpdateRPCTimeoutOrCancelledError('no answer in time');

/** Fails as often as there are errors, then answers; each attempt takes `ms`. */
function deliver(errors: readonly Error[], facts: { readonly open?: boolean; readonly worker?: boolean; readonly ms?: number } = {}) {
  const { open = true, worker = true, ms = 0 } = facts;
  const ids: string[] = [];
  const send = async (id: string): Promise<string> => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    const error = errors[Math.min(ids.push(id), errors.length + 1) - 1];
    if (error !== undefined) throw error;
    return 'answer';
  };
  const delivered = deliverUpdate({ send, isOpen: async () => open, hasWorker: async () => worker }).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  return { ids, delivered };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function ended<T>(delivered: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(600_000);
  return delivered;
}

describe('an update', () => {
  it.each(closing)('that meets %s is sent again under the same ID', async (_, error) => {
    const { ids, delivered } = deliver([error, error]);
    expect(await ended(delivered)).toEqual({ answer: 'answer' });
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });

  it.each(closing)('that meets %s is not where the workflow has ended', async (_, error) => {
    const { ids, delivered } = deliver([error], { open: false });
    expect(await ended(delivered)).toEqual({ error });
    expect(ids).toHaveLength(1);
  });

  it('is not sent without end', async () => {
    const { ids, delivered } = deliver(Array.from({ length: 1_000 }, () => grpc(9)));
    expect(await ended(delivered)).toMatchObject({ error: { message: 'the call failed' } });
    expect(ids.length).toBeGreaterThan(10);
    expect(ids.length).toBeLessThan(40);
  });

  it('that was refused stays refused, and so does one that the server cannot be given', async () => {
    for (const error of [refused, grpc(14), new TypeError('a mistake of our own')]) {
      const { ids, delivered } = deliver([error]);
      expect(await ended(delivered)).toEqual({ error });
      expect(ids).toHaveLength(1);
    }
  });

  it('that nobody answers in time is sent again while workers poll', async () => {
    expect(await ended(deliver([silent, silent], { ms: 60_000 }).delivered)).toEqual({ answer: 'answer' });
    const without = deliver([silent, silent], { ms: 60_000, worker: false });
    expect(await ended(without.delivered)).toEqual({ error: silent });
    expect(without.ids).toHaveLength(1);
    const busy = deliver([silent, silent, silent, silent, silent], { ms: 60_000 });
    expect(await ended(busy.delivered)).toEqual({ error: silent });
    expect(busy.ids).toHaveLength(3);
  });
});
