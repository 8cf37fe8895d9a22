import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideJoin } from '../../../../domain/quorum/decide-join.ts';
import { isMemberOf, type EtcdMember } from '../../../../domain/quorum/etcd-member.ts';
import { machine } from '../support/clusters.ts';

function member(name: string, facts: Partial<EtcdMember> = {}): EtcdMember {
  const { address } = machine(name);
  return { id: `id-${name}`, name, peerUrls: [`https://${address}:2380`], learner: false, healthy: true, ...facts };
}

const joining = machine('cp-3');
const unstarted = (name: string) => member(name, { name: '', learner: true, healthy: false });

describe('may a control-plane Machine join', () => {
  type Row = readonly [string, readonly EtcdMember[], 'join' | 'wait', readonly string[]];
  const rows: readonly Row[] = [
    ['one healthy voter', [member('cp-1')], 'join', ['every voter is healthy']],
    ['two healthy voters', [member('cp-1'), member('cp-2')], 'join', ['every voter is healthy']],
    ['a voter that does not answer', [member('cp-1'), member('cp-2', { healthy: false })], 'wait', ['member cp-2 is not healthy']],
    ['a learner', [member('cp-1'), member('cp-2', { learner: true })], 'wait', ['member cp-2 is still a learner']],
    ['a learner that never started', [member('cp-1'), unstarted('cp-2')], 'wait', ['unstarted member id-cp-2 is still a learner']],
    ['its own learner, left by an attempt before', [member('cp-1'), unstarted('cp-3')], 'join', ['every voter is healthy']],
    ['itself, started', [member('cp-1'), member('cp-3', { learner: true })], 'join', ['every voter is healthy']],
    ['nobody', [], 'wait', ['etcd lists no member yet']],
    ['only itself', [unstarted('cp-3')], 'wait', ['etcd lists no member yet']],
  ];
  test.each(rows)('beside %s', (_name, members, action, reasons) => {
    expect(decideJoin(members, joining)).toEqual({ action, reasons });
  });

  test('never beside a learner or a voter that does not answer', () => {
    const others = fc.array(fc.record({ learner: fc.boolean(), healthy: fc.boolean() }), { maxLength: 7 });
    const check = fc.property(others, (facts) => {
      const members = facts.map((fact, index) => member(`cp-${index + 10}`, fact));
      const safe = members.length > 0 && members.every(({ learner, healthy }) => !learner && healthy);
      return (decideJoin(members, joining).action === 'join') === safe;
    });
    expect(fc.check(check)).toMatchObject({ failed: false });
  });
});

describe("a Machine's member", () => {
  test('is known by name, or by address where it never started', () => {
    expect(isMemberOf(member('cp-3'), joining)).toBe(true);
    expect(isMemberOf(unstarted('cp-3'), joining)).toBe(true);
    expect(isMemberOf(member('cp-2'), joining)).toBe(false);
  });

  test('is not one whose address only begins the same', () => {
    const longer = member('cp-9', { peerUrls: [`https://${joining.address}0:2380`] });
    expect(isMemberOf(longer, joining)).toBe(false);
  });
});
