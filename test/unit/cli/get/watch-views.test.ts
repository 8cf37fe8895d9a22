import { afterEach, describe, expect, it, vi } from 'vitest';
import { NotFoundError, NoWorkerError, TimeoutError } from '../../../../cli/errors.ts';
import type { View } from '../../../../cli/get/find-views.ts';
import { describeViewChanges } from '../../../../cli/get/view-changes.ts';
import { createWatchScreen } from '../../../../cli/get/watch-screens.ts';
import { followViews, type Watching } from '../../../../cli/get/watch-views.ts';
import { viewCluster, viewMachine } from '../../../../cli/views/cluster-view.ts';
import type { OutputFormat } from '../../../../cli/output.ts';
import { at, creatingState, runningState } from '../support/sample-cluster.ts';

const machines = (state = creatingState()): readonly View[] => state.machines.map((machine) => viewMachine(state, machine));
const ended = new NotFoundError({ what: 'gone' });
const away = new NoWorkerError({ what: 'no Slipway worker answers' });

afterEach(() => vi.restoreAllMocks());

describe('describeViewChanges', () => {
  const before = machines();
  const [first, second, third] = before;

  it('is all of it at first, and nothing when nothing has changed', () => {
    expect(describeViewChanges([], before)).toEqual(before);
    expect(describeViewChanges(before, machines())).toEqual([]);
  });

  it('is what changed, what is new, and what is gone with phase Deleted', () => {
    const after = machines(runningState());
    expect(describeViewChanges(before, after.slice(0, 2))).toEqual([after[0], after[1], { ...third, phase: 'Deleted' }]);
    expect(describeViewChanges([first, second].flatMap((view) => view ?? []), before)).toEqual([third]);
  });

  it('tells a cluster from a new one of the same name', () => {
    const old = viewCluster(runningState());
    const next = viewCluster({ ...runningState(), identity: { installation: 'inst-1', name: 'demo', uid: 'uid-next' } });
    expect(describeViewChanges([old], [next])).toEqual([next, { ...old, phase: 'Deleted' }]);
  });
});

/** Answers one after the other, then ends the watching. */
async function follow(answers: readonly (readonly View[] | Error)[], facts: Partial<Watching> = {}): Promise<readonly (readonly View[])[]> {
  const abort = new AbortController();
  const shown: (readonly View[])[] = [];
  let next = 0;
  await followViews({
    look: async () => {
      const answer = answers[next];
      next += 1;
      if (next >= answers.length && facts.timeoutMs === undefined) abort.abort();
      if (answer instanceof Error) throw answer;
      return answer ?? [];
    },
    screen: { show: async (views) => void shown.push(views), end: () => undefined },
    hasWorker: async () => false,
    pollMs: 1,
    signal: abort.signal,
    ...facts,
  });
  return shown;
}

describe('followViews', () => {
  it('looks until it is told to end', async () => {
    expect(await follow([machines(), machines(), []])).toEqual([machines(), machines(), []]);
  });

  it('does not begin with what is not there', async () => {
    await expect(follow([ended])).rejects.toThrow(NotFoundError);
  });

  it('takes what is not there any more for deleted', async () => {
    expect(await follow([machines(), ended])).toEqual([machines(), []]);
  });

  it('waits for a worker or server that is away, and says so once', async () => {
    const story = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(await follow([machines(), away, away, machines()])).toHaveLength(2);
    expect(story.mock.calls).toEqual([['no worker has answered for 0s, and none is running; start one with "slipway up"; clusters are not affected\n']]);
  });

  it('does not swallow other errors, nor a worker that was never there', async () => {
    await expect(follow([machines(), new Error('boom')])).rejects.toThrow('boom');
    await expect(follow([away])).rejects.toThrow(NoWorkerError);
  });

  it('ends at --timeout', async () => {
    await expect(follow([machines()], { timeoutMs: 20 })).rejects.toThrow(TimeoutError);
  });
});

async function printed(output: OutputFormat, headers = true): Promise<string> {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const screen = createWatchScreen({ kind: 'machine', cluster: undefined, format: { output, headers } });
  await screen.show(machines(), at(12));
  await screen.show(machines(), at(13));
  await screen.show(machines(runningState()), at(40));
  await screen.show(machines(runningState()).slice(0, 2), at(50));
  screen.end();
  vi.restoreAllMocks();
  return text;
}

describe('without a terminal', () => {
  it.each([
    ['watch-machines', 'table'],
    ['watch-machines-wide', 'wide'],
    ['watch-machines-name', 'name'],
    ['watch-machines-yaml', 'yaml'],
  ] as const)('%s: a line or document a change', async (name, output) => {
    await expect(await printed(output)).toMatchFileSnapshot(`../../../golden/cli/${name}.txt`);
  });

  it('leaves out the header where it is not wanted', async () => {
    expect(await printed('table', false)).toBe((await printed('table')).replace(/^NAME.*\n/, ''));
  });

  it('writes JSON documents one after the other', async () => {
    const documents = (await printed('json')).split(/^(?=\{)/m).map((text): unknown => JSON.parse(text));
    expect(documents).toHaveLength(3 + 3 + 1);
    expect(documents.at(-1)).toMatchObject({ kind: 'Machine', name: 'demo-md-0-bbbbb', phase: 'Deleted' });
  });
});
