import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseSnapshotMember, leavingMachines, type SnapshotMachine } from '../../../../domain/backup/choose-member.ts';
import type { EtcdMember } from '../../../../domain/quorum/etcd-member.ts';

const machine = (name: string, more: Partial<SnapshotMachine> = {}): SnapshotMachine => ({ name, address: `10.0.0.${name.length + name.charCodeAt(0)}`, role: 'control-plane', phase: 'Running', ...more });
const member = (name: string, more: Partial<EtcdMember> = {}): EtcdMember => ({ id: name, name, peerUrls: [], learner: false, healthy: true, leader: false, ...more });
const three = ['a', 'b', 'c'].map((name) => machine(name));

type Row = readonly [string, { readonly machines?: readonly SnapshotMachine[]; readonly members: readonly EtcdMember[]; readonly leaving?: readonly string[] }, string];

const deletion = { actor: 'somebody', at: 0 };

describe('whose snapshot is taken', () => {
  test.for<Row>([
    ['not the leader', { members: [member('a', { leader: true }), member('b'), member('c')] }, 'b'],
    ['the leader, where no other will do', { members: [member('a', { healthy: false }), member('b', { leader: true }), member('c', { healthy: false })] }, 'b'],
    ['not one that a step takes out', { members: [member('a'), member('b'), member('c', { leader: true })], leaving: ['a'] }, 'b'],
    ['not one that somebody asked away', { machines: [machine('a', { deletion }), machine('b'), machine('c')], members: [member('a'), member('b', { leader: true }), member('c')] }, 'c'],
    ['not a learner', { members: [member('a', { learner: true }), member('b', { leader: true })] }, 'b'],
    ['not one that has no member', { members: [member('c', { leader: true })] }, 'c'],
    ['not corrupt data', { members: [member('a', { alarms: ['CORRUPT'] }), member('b', { leader: true }), member('c', { alarms: ['NOSPACE'] })] }, 'c'],
  ])('%s', ([, { machines = three, members, leaving = [] }, expected]) => {
    expect(chooseSnapshotMember({ machines, members, leaving })).toMatchObject({ action: 'snapshot', machine: { name: expected } });
  });

  test('nobody, naming why of each', () => {
    const machines = [machine('a', { phase: 'Deleting' }), machine('b', { phase: 'Bootstrapping' }), machine('c'), machine('w', { role: 'worker' })];
    expect(chooseSnapshotMember({ machines, members: [member('c', { healthy: false })], leaving: [] })).toEqual({
      action: 'refuse',
      reasons: ['a is about to go', 'b has not joined yet', 'c does not answer (member c)'],
    });
    expect(chooseSnapshotMember({ machines: [], members: [], leaving: [] })).toEqual({ action: 'refuse', reasons: ['there is no control-plane Machine'] });
  });

  test('never one that is about to go, does not answer, or does not vote', () => {
    const facts = fc.record({ going: fc.boolean(), healthy: fc.boolean(), learner: fc.boolean(), leader: fc.boolean(), listed: fc.boolean() });
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 5 }), (all) => {
        const machines = all.map((_, index) => machine(`m${index}`));
        const members = all.flatMap(({ listed, healthy, learner, leader }, index) => (listed ? [member(`m${index}`, { healthy, learner, leader })] : []));
        const leaving = all.flatMap(({ going }, index) => (going ? [`m${index}`] : []));
        const choice = chooseSnapshotMember({ machines, members, leaving });
        const good = all.filter(({ going, healthy, learner, listed }) => listed && healthy && !learner && !going);
        expect(choice.action).toBe(good.length > 0 ? 'snapshot' : 'refuse');
        fc.pre(choice.action === 'snapshot');
        const chosen = choice.action === 'snapshot' ? all[machines.indexOf(choice.machine)] : undefined;
        expect(good).toContain(chosen);
        expect(chosen?.leader).toBe(good.every(({ leader }) => leader));
      }),
    );
  });

  test('Machines that a removal is at work on are leaving', () => {
    expect(
      leavingMachines([
        { kind: 'RemoveMachine', state: 'Running', machine: 'a' },
        { kind: 'RemoveMachine', state: 'Done', machine: 'b' },
        { kind: 'JoinControlPlane', state: 'Running', machine: 'c' },
      ]),
    ).toEqual(['a']);
  });
});
