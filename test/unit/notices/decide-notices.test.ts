import { describe, expect, test } from 'vitest';
import { describeNotices } from '../../../cli/render/notices.ts';
import { blockOperation, withOperation } from '../../../domain/update-state.ts';
import { currentOperation, type ClusterState } from '../../../domain/cluster-state.ts';
import { currentNotices, decideNotices, recordDelivery, recordNotices } from '../../../domain/notices/decide-notices.ts';
import type { Notice, ToldNotice } from '../../../domain/notices/notice.ts';
import type { PlanFacts } from '../../../domain/plan/plan-facts.ts';
import { healthyFacts } from '../../healthy-facts.ts';
import { acceptedCluster, clusterWith, machine, now, step } from '../domain/support/clusters.ts';

const blocked: Notice = { kind: 'Blocked', subject: 'demo-scale-2', since: now, reasons: ['no'] };
const told: ToldNotice = { ...blocked, delivery: 'delivered' };
const lost: Notice = { kind: 'QuorumLost', subject: 'demo-control-plane', since: now, reasons: ['no majority'] };

describe('what is told', () => {
  test.each<readonly [string, readonly ToldNotice[], readonly Notice[], readonly Notice[]]>([
    ['nothing new, nothing told', [], [], []],
    ['what has come true', [], [blocked], [blocked]],
    ['not what was told, whenever it is looked at', [told], [{ ...blocked, since: now + 9000 }], []],
    ['nor what could not be told', [{ ...told, delivery: 'failed' }], [blocked], []],
    ['another operation', [told], [{ ...blocked, subject: 'demo-scale-3' }], [{ ...blocked, subject: 'demo-scale-3' }]],
    ['another kind', [told], [blocked, lost], [lost]],
  ])('%s', (_name, previous, current, expected) => {
    expect(decideNotices(previous, current).tell).toEqual(expected);
  });

  test('again, once it was over in between', () => {
    const { notices } = decideNotices([told], []);
    expect(notices).toEqual([]);
    expect(decideNotices(notices, [blocked]).tell).toEqual([blocked]);
  });

  test('is dated by when it was seen first', () => {
    expect(decideNotices([told], [{ ...blocked, since: now + 9000 }]).notices).toEqual([told]);
  });
});

const evidence = { at: 'cluster/demo/infrastructure: network', error: 'AddressPoolError', message: 'no subnet\nis free\n', attempts: 5 };
const facts = (healthy: readonly boolean[]): PlanFacts => {
  const seen = healthyFacts(healthy.map((_, index) => machine(`cp-${index + 1}`, 'Running')));
  return seen.etcd.known ? { ...seen, etcd: { ...seen.etcd, value: seen.etcd.value.map((member, index) => ({ ...member, healthy: healthy[index] === true })) } } : seen;
};
const kinds = (state: ClusterState, seen?: PlanFacts) => currentNotices(state, seen, now).map(({ kind }) => kind);

describe('what is true', () => {
  test('of an operation that waits for a person: where and why', () => {
    expect(currentNotices(blockOperation(acceptedCluster(), evidence), undefined, now)).toEqual([
      {
        kind: 'Blocked',
        subject: 'demo-create-1',
        operation: { id: 'demo-create-1', verb: 'create', actor: 'ada@laptop' },
        since: now,
        reasons: ['at cluster/demo/infrastructure: network', 'AddressPoolError: no subnet', 'is free'],
      },
    ]);
  });

  test('not of one that goes on by itself, but of an undo that is stuck', () => {
    const undoing = blockOperation(acceptedCluster({ onFailure: 'undo' }), evidence);
    expect(kinds(undoing)).toEqual([]);
    expect(kinds({ ...undoing, steps: [step('DeleteCluster', { state: 'Blocked' })] })).toEqual(['Blocked']);
    expect(kinds(acceptedCluster())).toEqual([]);
  });

  test('of etcd as it was last seen', () => {
    const state = clusterWith(['cp-1', 'cp-2', 'cp-3'].map((name) => machine(name, 'Running')));
    expect(kinds(state, facts([true, true, false]))).toEqual([]);
    expect(kinds(state, facts([true, false, false]))).toEqual(['QuorumLost']);
    const [notice] = currentNotices(state, facts([true, false, false]), now);
    expect(notice?.reasons).toEqual([expect.stringContaining('etcd has lost its majority: 3 voters')]);
    const knowing = recordNotices(state, decideNotices([], currentNotices(state, facts([true, false, false]), now)).notices);
    expect(kinds(knowing)).toEqual(['QuorumLost']);
    expect(kinds(knowing, { ...facts([true]), etcd: { known: false, reason: 'no answer', at: now } })).toEqual(['QuorumLost']);
    expect(kinds(knowing, facts([true, true, true]))).toEqual([]);
  });
});

describe('how telling went', () => {
  const state = recordNotices(acceptedCluster(), [{ ...blocked, delivery: 'underWay' }]);

  test('is kept with what was told, and shown', () => {
    const failed = recordDelivery(state, { kind: 'Blocked', subject: blocked.subject, since: now, delivery: 'failed', problem: 'it answered 500' });
    expect(describeNotices(failed.notices ?? [], now + 60_000)).toEqual(['', 'Blocked for 60s: nobody could be told: it answered 500']);
    expect(failed.version).toBe(state.version + 1);
  });

  test.each([
    ['underWay', 'the webhook is being told'],
    ['delivered', 'the webhook was told'],
    ['off', 'nobody was told: the worker has no SLIPWAY_WEBHOOK_URL'],
  ] as const)('%s', (delivery, text) => {
    expect(describeNotices([{ ...blocked, delivery }], now)).toEqual(['', `Blocked for 0s: ${text}`]);
  });

  test('matters to nobody once it is over, or where it is about another', () => {
    const report = { kind: 'Blocked', subject: blocked.subject, since: now + 1, delivery: 'delivered' } as const;
    expect(recordDelivery(state, report)).toBe(state);
    expect(recordDelivery(acceptedCluster(), { ...report, since: now })).toEqual(acceptedCluster());
    expect(describeNotices([], now)).toEqual([]);
  });

  test('what has not changed is not written again', () => {
    expect(recordNotices(state, state.notices ?? [])).toBe(state);
    const operation = currentOperation(state);
    expect(operation === undefined ? undefined : recordNotices(withOperation(state, operation), []).notices).toBeUndefined();
  });
});
