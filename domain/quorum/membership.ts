import { isSound, type EtcdMember } from './etcd-member.ts';

/** A member list in numbers. */
export type Membership = {
  readonly voters: number;
  readonly learners: number;
  /** Voters that do not answer or have an alarm. */
  readonly unhealthy: number;
  /** Voters that must agree: ⌊voters / 2⌋ + 1. */
  readonly quorum: number;
  /** How many more voters may fail; below 0 there is no majority. */
  readonly tolerance: number;
};

export function countMembership(members: readonly EtcdMember[]): Membership {
  const voting = members.filter(({ learner }) => !learner);
  const unhealthy = voting.filter((member) => !isSound(member)).length;
  return measure({ voters: voting.length, learners: members.length - voting.length, unhealthy });
}

export function measure(counts: Pick<Membership, 'voters' | 'learners' | 'unhealthy'>): Membership {
  const quorum = quorumOf(counts.voters);
  return { ...counts, quorum, tolerance: counts.voters - counts.unhealthy - quorum };
}

export function quorumOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/**
 * So few voters answer that etcd can agree on nothing, a change of its members included. One with an
 * alarm takes no writes, but votes. A majority that was lost comes back only with its members or
 * by a restore: no step of a plan may try its luck.
 */
export function hasLostQuorum(members: readonly EtcdMember[]): boolean {
  const voting = members.filter(({ learner }) => !learner);
  const answering = voting.filter((member) => member.healthy || (member.alarms ?? []).length > 0).length;
  return answering < quorumOf(voting.length);
}

/** "3 voters, quorum 2, tolerates 1 failure" */
export function describeMembership({ voters, learners, unhealthy, quorum, tolerance }: Membership): string {
  const parts = [
    plural(voters, 'voter'),
    ...(unhealthy === 0 ? [] : [`${unhealthy} of them unhealthy`]),
    ...(learners === 0 ? [] : [plural(learners, 'learner')]),
    `quorum ${quorum}`,
    tolerance < 0 ? 'no majority' : `tolerates ${tolerance === 0 ? 'no' : tolerance} ${tolerance > 1 ? 'failures' : 'failure'}`,
  ];
  return parts.join(', ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
