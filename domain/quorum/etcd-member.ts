import type { Machine } from '../machine.ts';

/** etcd's alarms that stay until somebody disarms them (api/etcdserverpb AlarmType). */
export type EtcdAlarm = 'NOSPACE' | 'CORRUPT';

/** One member as etcd itself lists it, and what its own endpoint says. */
export type EtcdMember = {
  /** Hexadecimal, as etcdctl takes it. */
  readonly id: string;
  /** Empty until the member has started. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly learner: boolean;
  /** Whether its client endpoint answered; false for a member that never started. */
  readonly healthy: boolean;
  /** Whether the others follow it; absent where nobody asked. */
  readonly leader?: boolean;
  /** Of its etcd, "3.5.35", as its own endpoint says; absent where that did not answer, or nobody asked. */
  readonly version?: string;
  /** Absent where there are none, or nobody asked. */
  readonly alarms?: readonly EtcdAlarm[];
};

/** By name, or by address where it never started and so has no name. */
export function isMemberOf(member: EtcdMember, machine: Pick<Machine, 'name' | 'address'>): boolean {
  return member.name === machine.name || member.peerUrls.includes(`https://${machine.address}:2380`);
}

/** How people read of it: an unstarted member has no name yet. */
export function describeMember(member: EtcdMember): string {
  return member.name === '' ? `unstarted member ${member.id}` : `member ${member.name}`;
}

/** It may be counted upon: its endpoint answers, and no alarm keeps it from taking writes. */
export function isSound(member: EtcdMember): boolean {
  return member.healthy && (member.alarms ?? []).length === 0;
}
