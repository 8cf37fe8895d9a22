import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EtcdMember } from '../../../../domain/quorum/etcd-member.ts';
import { countMembership, describeMembership, hasLostQuorum, quorumOf } from '../../../../domain/quorum/membership.ts';
import { targetMembershipSafe } from '../../../../domain/quorum/target-membership.ts';
import { dead, learner, member, unstarted } from './support/control-plane.ts';

/** m voters of which the last `failing` do not answer; the first one is the one to go. */
function voters(count: number, failing: number): readonly EtcdMember[] {
  return Array.from({ length: count }, (_, index) => (index >= count - failing ? dead(`cp-${index + 1}`) : member(`cp-${index + 1}`)));
}

describe("Cluster API's table of what is safe (remediation_test.go)", () => {
  type Row = readonly [change: 'add' | 'remove', count: number, otherFailing: number, safe: boolean];
  const rows: readonly Row[] = [
    ['remove', 1, 0, false],
    ['remove', 2, 0, true],
    ['remove', 2, 1, false],
    ['remove', 3, 0, true],
    ['remove', 3, 1, false],
    ['remove', 5, 1, true],
    ['remove', 5, 2, false],
    ['remove', 7, 2, true],
    ['remove', 7, 3, false],
    ['add', 0, 0, true],
    ['add', 1, 0, true],
    ['add', 1, 1, false],
    ['add', 2, 0, true],
    ['add', 2, 1, false],
    ['add', 3, 0, true],
    ['add', 3, 1, false],
    ['add', 4, 1, true],
    ['add', 4, 2, false],
    ['add', 5, 1, true],
    ['add', 5, 2, false],
    ['add', 7, 2, true],
    ['add', 7, 3, false],
  ];
  test.each(rows)('%s with %i voters, %i others failing: %s', (kind, count, failing, safe) => {
    const members = voters(count, failing);
    const change = kind === 'add' ? ({ kind } as const) : ({ kind, memberId: 'id-cp-1' } as const);
    expect(targetMembershipSafe(members, change).safe).toBe(safe);
  });

  test('the one that goes may be dead itself', () => {
    const members = [dead('cp-1'), member('cp-2'), member('cp-3')];
    expect(targetMembershipSafe(members, { kind: 'remove', memberId: 'id-cp-1' }).safe).toBe(true);
  });

  test.each([
    ['a learner', learner('cp-4')],
    ['a learner that never started', unstarted('cp-4')],
    ['a learner that answers', learner('cp-4', { healthy: true })],
    ['a voter that never started', member('cp-4', { name: '', healthy: false })],
  ])('nothing is safe beside %s, but to remove it', (_name, learning) => {
    const members = [...voters(3, 0), learning];
    expect(targetMembershipSafe(members, { kind: 'add' }).safe).toBe(false);
    expect(targetMembershipSafe(members, { kind: 'remove', memberId: 'id-cp-1' }).safe).toBe(false);
    expect(targetMembershipSafe(members, { kind: 'remove', memberId: 'id-cp-4' }).safe).toBe(true);
  });

  test('a member with an alarm is not counted upon', () => {
    const members = [member('cp-1'), member('cp-2'), member('cp-3', { alarms: ['NOSPACE'] })];
    expect(targetMembershipSafe(members, { kind: 'remove', memberId: 'id-cp-1' }).safe).toBe(false);
  });
});

function inWords(members: readonly EtcdMember[]): string {
  return describeMembership(countMembership(members));
}

describe('what it says', () => {
  test('numbers before and after, and who holds it up', () => {
    const members = [member('cp-1'), member('cp-2'), dead('cp-3')];
    expect(targetMembershipSafe(members, { kind: 'remove', memberId: 'id-cp-1' })).toEqual({
      safe: false,
      before: { voters: 3, learners: 0, unhealthy: 1, quorum: 2, tolerance: 0 },
      after: { voters: 2, learners: 0, unhealthy: 1, quorum: 2, tolerance: -1 },
      reasons: ['etcd would have 2 voters, 1 of them unhealthy, quorum 2, no majority', 'member cp-3 is not healthy'],
    });
    expect(targetMembershipSafe([...voters(3, 0), unstarted('cp-4')], { kind: 'add' }).reasons).toEqual(['unstarted member id-cp-4 is still a learner']);
  });

  test('a membership in words', () => {
    expect(inWords(voters(1, 0))).toBe('1 voter, quorum 1, tolerates no failure');
    expect(inWords([...voters(3, 0), unstarted('cp-4')])).toBe('3 voters, 1 learner, quorum 2, tolerates 1 failure');
    expect(inWords(voters(5, 0))).toBe('5 voters, quorum 3, tolerates 2 failures');
  });
});

describe('a majority', () => {
  test('that cannot take writes is not lost', () => {
    const full = [1, 2, 3].map((index) => member(`cp-${index}`, { healthy: false, alarms: ['NOSPACE'] }));
    expect(hasLostQuorum(full)).toBe(false);
    expect(hasLostQuorum([member('cp-1'), dead('cp-2'), dead('cp-3')])).toBe(true);
    expect(hasLostQuorum([member('cp-1'), learner('cp-2')])).toBe(false);
    expect(hasLostQuorum([])).toBe(true);
  });
});

const lists: fc.Arbitrary<readonly EtcdMember[]> = fc
  .array(fc.record({ healthy: fc.boolean(), learner: fc.boolean(), named: fc.boolean(), alarmed: fc.boolean() }), { minLength: 1, maxLength: 9 })
  .map((facts) =>
    facts.map(({ healthy, learner: learning, named, alarmed }, index) =>
      member(`cp-${index + 1}`, { healthy, learner: learning, ...(named ? {} : { name: '' }), ...(alarmed ? { alarms: ['NOSPACE'] } : {}) }),
    ),
  );
const runs = { numRuns: 2000 };

/** Counted anew, by nothing that the rule itself uses. */
function hasHealthyMajority(members: readonly EtcdMember[]): boolean {
  const voting = members.filter((candidate) => !candidate.learner);
  return voting.filter((candidate) => candidate.healthy && candidate.alarms === undefined).length * 2 > voting.length;
}

describe('whatever the members are like', () => {
  test('no removal that is allowed leaves a list without a healthy majority', () => {
    const check = fc.property(lists, fc.nat(), (members, pick) => {
      const victim = members[pick % members.length];
      const change = { kind: 'remove', memberId: victim?.id ?? '' } as const;
      const rest = members.filter(({ id }) => id !== victim?.id);
      return !targetMembershipSafe(members, change).safe || (hasHealthyMajority(rest) && rest.every((other) => !other.learner));
    });
    expect(fc.check(check, runs)).toMatchObject({ failed: false });
  });

  test('no addition that is allowed does, the new one failing as soon as it votes', () => {
    const check = fc.property(lists, (members) => {
      const { safe } = targetMembershipSafe(members, { kind: 'add' });
      return !safe || (members.length === 1 ? hasHealthyMajority(members) : hasHealthyMajority([...members, dead('cp-20')]));
    });
    expect(fc.check(check, runs)).toMatchObject({ failed: false });
  });

  test('what is tolerated afterwards is: so many more may fail, and not one more', () => {
    const check = fc.property(lists, fc.nat(), (members, pick) => {
      const { safe, after } = targetMembershipSafe(members, { kind: 'remove', memberId: members[pick % members.length]?.id ?? '' });
      if (!safe) return true;
      const rest = members.filter((_, index) => index !== pick % members.length);
      const sound = rest.filter(({ healthy, alarms }) => healthy && alarms === undefined).map(({ id }) => id);
      const failing = (count: number) => rest.map((other) => (sound.slice(0, count).includes(other.id) ? { ...other, healthy: false } : other));
      return hasHealthyMajority(failing(after.tolerance)) && !hasHealthyMajority(failing(after.tolerance + 1));
    });
    expect(fc.check(check, runs)).toMatchObject({ failed: false });
  });

  test('what a healthy majority allows is not refused without a reason', () => {
    const check = fc.property(lists, (members) => {
      const { safe, reasons } = targetMembershipSafe(members, { kind: 'remove', memberId: members[0]?.id ?? '' });
      const rest = members.slice(1);
      return safe === (hasHealthyMajority(rest) && rest.every(({ learner: learning, name }) => !learning && name !== '')) && reasons.length > 0;
    });
    expect(fc.check(check, runs)).toMatchObject({ failed: false });
  });

  test('a quorum is the smallest majority', () => {
    const check = fc.property(fc.integer({ min: 1, max: 99 }), (count) => quorumOf(count) * 2 > count && (quorumOf(count) - 1) * 2 <= count);
    expect(fc.check(check)).toMatchObject({ failed: false });
  });
});
