import pc from 'picocolors';
import { describe, expect, it, test } from 'vitest';
import { assembleHistory } from '../../../cli/history/assemble-history.ts';
import { renderHistory } from '../../../cli/render/history.ts';
import { viewHistory } from '../../../cli/views/history-view.ts';
import type { JournalEntry } from '../../../domain/journal.ts';
import { at, creatingState, sampleOperation, sampleState, sampleStep } from './support/sample-cluster.ts';
import { sampleHistory } from './support/sample-history.ts';

const colors = pc.createColors(false);

describe('renderHistory', () => {
  it.each([false, true])('wide %s', async (wide) => {
    await expect(renderHistory(sampleHistory(), { wide, colors })).toMatchFileSnapshot(`../../golden/cli/history${wide ? '-wide' : ''}.txt`);
  });

  it('shows what a hostile reason says and does not do it', () => {
    const [command] = sampleHistory().items;
    if (command === undefined) throw new Error('the sample is empty');
    const hostile = { ...command, actor: 'eve\u001b]0;owned\u0007', reason: '\u001b[2Jgone\r\nnext \u202ellun', evidence: '\u001b[31mred\nmore' };
    const text = renderHistory({ ...sampleHistory(), items: [hostile] }, { wide: true, colors });
    expect(text).toContain('\\u{1b}[2Jgone next \\u{202e}llun');
    expect(text).toContain('eve\\u{1b}]0;owned\\u{7}');
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('viewHistory', () => {
  it('has stable keys, ISO times and null for what is not known', async () => {
    await expect(`${JSON.stringify(viewHistory(sampleHistory()), undefined, 2)}\n`).toMatchFileSnapshot('../../golden/cli/history.json');
  });
});

test('what was said of a rollout beside the commands is an item of its own', () => {
  const word: JournalEntry = { ...accepted, id: 'demo-create-1/word-1', at: at(5), startedAt: at(5), actor: 'bob@laptop', subject: 'machinedeployment/demo-md-0', action: 'rollout pause', reason: 'it is Friday' };
  const items = assembleHistory({ name: 'demo', journal: [accepted, word, ended] });
  expect(items.map(({ id, action, actor, outcome }) => [id, action, actor, outcome])).toEqual([
    ['demo-create-1', 'create', 'ada@laptop', 'done'],
    ['demo-create-1/word-1', 'rollout pause', 'bob@laptop', 'accepted'],
  ]);
});

const accepted: JournalEntry = {
  id: 'demo-create-1/accepted',
  at: at(0),
  kind: 'command',
  operation: 'demo-create-1',
  actor: 'ada@laptop',
  subject: 'cluster/demo',
  action: 'create',
  reason: 'why not',
  startedAt: at(0),
  outcome: 'accepted',
};
const ended: JournalEntry = { ...accepted, id: 'demo-create-1/ended', at: at(9), endedAt: at(9), outcome: 'done' };
const step: JournalEntry = {
  id: 'demo-create-1/cluster/demo/infrastructure/1',
  at: at(3),
  kind: 'step',
  operation: 'demo-create-1',
  subject: 'cluster/demo/infrastructure',
  action: 'EnsureInfrastructure',
  reason: 'first',
  startedAt: at(1),
  endedAt: at(3),
  attempts: 2,
  outcome: 'done',
};

describe('assembleHistory', () => {
  test('a command and its end are one item, and its steps were asked for by whom it was', () => {
    const items = assembleHistory({ name: 'demo', journal: [accepted, step, ended] });
    expect(items.map(({ id, actor, outcome, startedAt, endedAt }) => ({ id, actor, outcome, startedAt, endedAt }))).toEqual([
      { id: 'demo-create-1', actor: 'ada@laptop', outcome: 'done', startedAt: at(0), endedAt: at(9) },
      { id: step.id, actor: 'ada@laptop', outcome: 'done', startedAt: at(1), endedAt: at(3) },
    ]);
    expect(items[1]).toMatchObject({ subject: 'infrastructure', attempts: 2, phases: [] });
  });

  test.each([
    ['whose beginning lies before the page is told from its end', [ended], ['done']],
    ['whose end nobody wrote down is accepted', [accepted], ['accepted']],
  ])('a command %s', (_, journal, outcomes) => {
    const items = assembleHistory({ name: 'demo', journal });
    expect(items.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(items[0]).toMatchObject({ startedAt: at(0), reason: 'why not', actor: 'ada@laptop' });
  });

  test('a step whose command lies before the page was asked for by nobody known', () => {
    expect(assembleHistory({ name: 'demo', journal: [step] })[0]).not.toHaveProperty('actor');
  });

  test('what is under way stands among the rest, with what it is at and how often it was tried', () => {
    const init = 'cluster/demo/machine/demo-control-plane-x2f9k/init';
    const activities = [{ name: 'runKubeadm', attempt: 2 }];
    const phases = [{ name: 'kubeadm init', startedAt: at(5) }];
    const items = assembleHistory({ name: 'demo', journal: [accepted], live: { state: creatingState(), steps: { [init]: { phases, activities } }, at: at(12) } });
    expect(items.map(({ subject, outcome }) => `${subject} ${outcome}`)).toEqual([
      'cluster/demo running',
      'infrastructure done',
      'demo-md-0-bbbbb running',
      'demo-control-plane-x2f9k running',
    ]);
    expect(items.at(-1)).toMatchObject({ attempts: 2, phases, actor: 'ada@laptop' });
  });

  test('a Blocked operation is blocked, and says why', () => {
    const evidence = { at: 'cluster/demo/infrastructure', error: 'Error', message: 'no subnet', attempts: 1 };
    const state = sampleState({ operations: [sampleOperation({ phase: 'Blocked', evidence })] });
    const [command] = assembleHistory({ name: 'demo', journal: [], live: { state, steps: {}, at: at(5) } });
    expect(command).toMatchObject({ outcome: 'blocked', evidence: 'no subnet' });
  });

  test('of one operation alone, where that was asked for', () => {
    const state = sampleState({
      operations: [sampleOperation(), sampleOperation({ id: 'demo-delete-2', verb: 'delete', startedAt: at(50) })],
      steps: [sampleStep({ id: 'cluster/demo/delete', kind: 'DeleteCluster', operation: 'demo-delete-2', startedAt: at(51) })],
    });
    const items = assembleHistory({ name: 'demo', journal: [], live: { state, steps: {}, at: at(60) }, operation: 'demo-delete-2' });
    expect(items.map(({ subject, action }) => `${subject} ${action}`)).toEqual(['cluster/demo delete', 'cluster/demo DeleteCluster']);
  });

  test('who cancelled is told beside who began', () => {
    const cancel: JournalEntry = { ...accepted, id: 'demo-create-1/cancel', at: at(4), startedAt: at(4), actor: 'bob@desk', action: 'cancel', reason: 'no' };
    const items = assembleHistory({ name: 'demo', journal: [accepted, step, cancel, { ...ended, outcome: 'cancelled' }] });
    expect(items.map(({ action, actor, outcome }) => `${action} ${actor ?? '-'} ${outcome}`)).toEqual([
      'create ada@laptop cancelled',
      'EnsureInfrastructure ada@laptop done',
      'cancel bob@desk accepted',
    ]);
  });
});
