import { describe, expect, it } from 'vitest';
import { concludeFollowed } from '../../../cli/follow/conclude.ts';
import { followOperation, type FollowRequest } from '../../../cli/follow/follow-operation.ts';
import type { Progress } from '../../../cli/follow/progress.ts';
import type { ProgressView } from '../../../cli/follow/views.ts';
import {
  DetachedError,
  NotFoundError,
  NoWorkerError,
  OperationBlockedError,
  OperationCancelledError,
  OperationFailedError,
  TimeoutError,
} from '../../../cli/errors.ts';
import type { Operation } from '../../../domain/operation.ts';
import { at, sampleOperation, sampleState } from './support/sample-cluster.ts';

function progressOf(facts: Partial<Operation>, uid = 'uid-demo'): Progress {
  const identity = { installation: 'inst-1', name: 'demo', uid };
  return { at: at(60), steps: {}, state: sampleState({ identity, operations: [sampleOperation(facts)] }) };
}

/** Answers one after the other, the last one for ever. */
function looks(...answers: readonly (Progress | Error)[]): FollowRequest['look'] {
  let next = 0;
  return async () => {
    const answer = answers[Math.min(next, answers.length - 1)];
    next += 1;
    if (answer instanceof Error || answer === undefined) throw answer ?? new Error('no answer');
    return answer;
  };
}

function recordingView(): ProgressView & { readonly events: string[] } {
  const events: string[] = [];
  return {
    events,
    show: ({ state }) => events.push(state.operations.at(-1)?.phase ?? 'none'),
    silent: ({ who }) => events.push(who),
    end: () => events.push('end'),
  };
}

function request(facts: Partial<FollowRequest>): FollowRequest {
  return {
    cluster: 'demo',
    operationId: 'demo-create-1',
    view: recordingView(),
    look: looks(progressOf({})),
    hasWorker: async () => true,
    readEnd: async (last) => ({ outcome: 'deleted', last }),
    pollMs: 1,
    signal: new AbortController().signal,
    ...facts,
  };
}

const ended = new NotFoundError({ what: 'gone' });
const away = new NoWorkerError({ what: 'no Slipway worker answers' });

describe('followOperation', () => {
  it.each(['Succeeded', 'Blocked', 'Cancelled', 'Failed'] as const)('ends when the operation is %s', async (phase) => {
    const followed = await followOperation(request({ look: looks(progressOf({}), progressOf({ phase })) }));
    expect(followed).toMatchObject({ kind: 'rested', operation: { phase } });
  });

  it('waits until the name of a deleted cluster is free', async () => {
    const look = looks(progressOf({ verb: 'delete' }), progressOf({ verb: 'delete', phase: 'Succeeded' }), ended);
    await expect(followOperation(request({ look }))).resolves.toMatchObject({ kind: 'closed', outcome: 'deleted' });
  });

  it('sees that another cluster has taken the name', async () => {
    const look = looks(progressOf({}), progressOf({}, 'uid-another'));
    await expect(followOperation(request({ look }))).resolves.toMatchObject({ kind: 'closed', outcome: 'deleted' });
  });

  it('goes on when a worker or server was away for a while', async () => {
    const view = recordingView();
    await followOperation(request({ view, look: looks(progressOf({}), away, progressOf({ phase: 'Succeeded' })) }));
    expect(view.events).toEqual(['Running', 'slowWorkers', 'Succeeded']);
  });

  it('does not swallow other errors', async () => {
    await expect(followOperation(request({ look: looks(new Error('boom')) }))).rejects.toThrow('boom');
  });

  it('ends at --timeout', async () => {
    await expect(followOperation(request({ timeoutMs: 20 }))).rejects.toThrow(TimeoutError);
  });

  it('ends at Ctrl-C, with its reason', async () => {
    const abort = new AbortController();
    const following = followOperation(request({ pollMs: 60_000, signal: abort.signal }));
    abort.abort(new DetachedError({ what: 'detached' }));
    await expect(following).rejects.toThrow(DetachedError);
  });
});

describe('concludeFollowed', () => {
  const subject = { cluster: 'demo', operationId: 'demo-create-1' };
  const evidence = { at: 'cluster/demo/infrastructure: network', error: 'X', message: 'no subnet is free', attempts: 3 };
  const rested = (facts: Partial<Operation>) => (): void => {
    const progress = progressOf(facts);
    concludeFollowed({ kind: 'rested', operation: sampleOperation(facts), progress }, subject);
  };
  const closed = (outcome: 'deleted' | 'undone' | 'refused', last?: Progress) => (): void =>
    concludeFollowed({ kind: 'closed', outcome, last }, subject);

  it.each([
    ['Blocked', OperationBlockedError],
    ['Failed', OperationFailedError],
    ['Cancelled', OperationCancelledError],
    ['Undone', OperationFailedError],
  ] as const)('%s is an error of its own kind', (phase, errorClass) => {
    expect(rested({ phase, evidence, endedAt: at(9) })).toThrow(errorClass);
  });

  it('Succeeded is none', () => {
    expect(rested({ phase: 'Succeeded', endedAt: at(9) })).not.toThrow();
    expect(closed('deleted', progressOf({ verb: 'delete' }))).not.toThrow();
  });

  it('does not promise that what exists stays while a delete removes it', () => {
    const cancelled = sampleOperation({ phase: 'Superseded', endedAt: at(9), evidence });
    const removal = sampleOperation({ id: 'demo-delete-2', verb: 'delete' });
    const progress: Progress = { at: at(60), steps: {}, state: sampleState({ operations: [cancelled, removal] }) };
    const conclude = (): void => concludeFollowed({ kind: 'rested', operation: cancelled, progress }, subject);
    expect(conclude).toThrow(OperationCancelledError);
    expect(conclude).toThrow('demo-create-1 was superseded: cluster demo is being deleted by demo-delete-2');
  });

  it('knows a create that was overtaken by a delete, undone after a failure, undone by a person, or refused', () => {
    expect(closed('deleted', progressOf({}))).toThrow(OperationCancelledError);
    expect(closed('undone', progressOf({ phase: 'Undoing', evidence }))).toThrow(OperationFailedError);
    expect(closed('undone', progressOf({ phase: 'Undoing' }))).toThrow(OperationCancelledError);
    expect(closed('refused')).toThrow(OperationFailedError);
  });
});
