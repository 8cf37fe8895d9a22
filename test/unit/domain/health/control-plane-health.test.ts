import { describe, expect, test } from 'vitest';
import { clusterConditions } from '../../../../domain/cluster-conditions.ts';
import type { HealthReport } from '../../../../domain/health/control-plane-health.ts';
import { forgetQuorumLost, recordHealth } from '../../../../domain/health/record-health.ts';
import { isSameHealth, judgeControlPlane, type WatchedFacts } from '../../../../domain/health/judge-control-plane.ts';
import type { Machine } from '../../../../domain/machine.ts';
import { currentNotices } from '../../../../domain/notices/decide-notices.ts';
import { healthyFacts } from '../../../healthy-facts.ts';
import { sampleMachine, sampleState } from '../../cli/support/sample-cluster.ts';

const machines = ['a', 'b', 'c'].map((letter) => sampleMachine(`demo-control-plane-${letter}`, 'Running'));
const [a, b, c] = ['a', 'b', 'c'].map((letter) => `demo-control-plane-${letter}`);
const uid = 'uid-demo';
const well: HealthReport = { uid, lost: [] };
const unknown = { known: false, reason: 'no answer', at: 0 } as const;
const seen = <T>(value: T) => ({ known: true, value, at: 0 }) as const;
const running = (...stopped: readonly (string | undefined)[]) => seen(machines.map(({ name }) => ({ name, state: stopped.includes(name) ? ('stopped' as const) : ('running' as const) })));
const members = (...down: readonly (string | undefined)[]) => {
  const { etcd } = healthyFacts(machines);
  return etcd.known ? etcd.value.map((member) => (down.includes(member.name) ? { ...member, healthy: false } : member)) : [];
};
const stopped = (...names: readonly (string | undefined)[]) => names.map((name) => ({ name, state: 'stopped' }));

describe('judgeControlPlane', () => {
  const cases: readonly (readonly [string, WatchedFacts, HealthReport, object])[] = [
    ['all is well', { infrastructure: running(), apiServer: seen(true) }, well, { lost: [], quorumLost: undefined }],
    ['one of three is stopped, and the API still answers', { infrastructure: running(b), apiServer: seen(true) }, well, { lost: stopped(b), quorumLost: undefined }],
    ['one is gone', { infrastructure: seen(machines.slice(1).map(({ name }) => ({ name, state: 'running' as const }))), apiServer: seen(true) }, well, { lost: [{ name: a, state: 'absent' }] }],
    ['etcd answers, and says so', { infrastructure: running(), apiServer: seen(false), etcd: { members: members(b, c), refused: [] } }, well, { quorumLost: expect.stringContaining('majority') }],
    ['the API does not answer, and etcd has its majority', { infrastructure: running(), apiServer: seen(false), etcd: { members: members(c), refused: [b ?? ''] } }, well, { quorumLost: undefined }],
    ['two of three are stopped, the third has no majority', { infrastructure: running(a, b), apiServer: unknown, etcd: { refused: [c ?? ''] } }, well, { lost: stopped(a, b), quorumLost: expect.stringContaining('2 of 3 Machines do not run') }],
    ['all run, and no etcd answers', { infrastructure: running(), apiServer: seen(false), etcd: { refused: [a ?? '', b ?? '', c ?? ''] } }, well, { lost: [], quorumLost: expect.stringContaining('3 of 3 members do not answer') }],
    ['two could not be asked: nothing is known', { infrastructure: running(), apiServer: unknown, etcd: { refused: [a ?? ''] } }, well, { quorumLost: undefined }],
    ['two could not be asked: what was lost stays lost', { infrastructure: unknown, apiServer: unknown, etcd: { refused: [] } }, { uid, lost: [{ name: a ?? '', state: 'absent' }], quorumLost: 'before' }, { lost: [{ name: a, state: 'absent' }], quorumLost: 'before' }],
  ];
  test.each(cases)('%s', (_, facts, before, expected) => {
    expect({ quorumLost: undefined, ...judgeControlPlane(machines, facts, before) }).toMatchObject(expected);
  });

  test('a Machine on its way in or out, and a worker, are nobody’s loss', () => {
    const others: readonly Machine[] = [sampleMachine('demo-control-plane-new', 'Provisioned'), sampleMachine('demo-control-plane-old', 'Deleting'), sampleMachine('demo-md-0-x', 'Running')];
    expect(judgeControlPlane([...machines, ...others], { infrastructure: running(), apiServer: seen(true) }, well)).toEqual(well);
  });

  test('reports are the same whatever words they use', () => {
    expect(isSameHealth({ uid, lost: [], quorumLost: 'one' }, { uid, lost: [], quorumLost: 'another' })).toBe(true);
    expect(isSameHealth(well, { ...well, lost: [{ name: 'x', state: 'absent' }] })).toBe(false);
  });
});

describe('a cluster that hears of its control plane', () => {
  const state = sampleState({ machines });
  const report = (facts: Partial<HealthReport>): HealthReport => ({ ...well, uid: state.identity.uid, ...facts });
  const lost = report({ lost: [{ name: a ?? '', state: 'stopped' }], quorumLost: 'no majority' });

  test('remembers it from the first report, shows it, and tells of it', () => {
    const told = recordHealth(state, lost, 1_000);
    expect(told.version).toBe(state.version + 1);
    expect(recordHealth(told, lost, 9_000)).toBe(told);
    const more = recordHealth(told, report({ ...lost, lost: [...lost.lost, { name: b ?? '', state: 'absent' }] }), 9_000);
    expect(more.health).toMatchObject({ lost: [{ name: a, since: 1_000 }, { name: b, since: 9_000 }], quorumLost: { since: 1_000 } });
    expect(currentNotices(told, undefined, 5_000).map(({ kind, subject, since }) => [kind, subject, since])).toEqual([
      ['QuorumLost', 'demo-control-plane', 1_000],
      ['MachineLost', a, 1_000],
    ]);
    const conditions = clusterConditions(told).controlPlane.conditions.filter(({ type }) => type === 'MachinesPresent' || type === 'EtcdHasQuorum');
    expect(conditions).toMatchObject([{ status: 'False', reason: 'MachineLost', since: 1_000 }, { status: 'False', reason: 'QuorumLost', message: 'no majority' }]);
  });

  test('forgets it when it is over, what a plan saw of a lost majority too', () => {
    const told = recordHealth(state, lost, 1_000);
    expect(recordHealth(told, report({}), 2_000).health).toBeUndefined();
    expect(forgetQuorumLost(told).health).toEqual({ lost: told.health?.lost });
    const planned = { ...state, notices: currentNotices(told, undefined, 0).map((notice) => ({ ...notice, delivery: 'delivered' as const })).slice(0, 1) };
    expect(currentNotices(planned, undefined, 0)).toHaveLength(1);
    expect(currentNotices(recordHealth(planned, report({}), 2_000), undefined, 0)).toEqual([]);
  });

  test('does not mind a Machine that is being replaced, nor what is said of another cluster', () => {
    const told = recordHealth(state, report({ lost: lost.lost }), 1_000);
    const replaced = { ...told, machines: machines.map((machine) => (machine.name === a ? { ...machine, phase: 'Deleting' as const } : machine)) };
    expect(currentNotices(replaced, undefined, 0)).toEqual([]);
    expect(recordHealth(state, { ...lost, uid: 'another' }, 1_000)).toBe(state);
  });
});
