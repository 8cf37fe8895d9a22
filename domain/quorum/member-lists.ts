import { hasJoined, type Machine } from '../machine.ts';
import { describeMember, isMemberOf, type EtcdMember } from './etcd-member.ts';

/** The members as the etcd of one Machine lists them. */
export type MemberList = { readonly machine: string; readonly members: readonly EtcdMember[] };

/**
 * Whether every etcd lists exactly the Machines: a 3.6 that joined members older than 3.5.26 can bring
 * removed ones back to life, which only its own list shows (etcd-io/etcd#20967).
 * @param joining whose member has just become a voter
 * @returns what differs, in words; nothing where all agree
 */
export function findMemberListDifferences(
  lists: readonly MemberList[],
  { machines, joining }: { readonly machines: readonly Machine[]; readonly joining: Machine },
): readonly string[] {
  const controlPlanes = machines.filter(({ role }) => role === 'control-plane');
  const expected = controlPlanes.filter((machine) => hasJoined(machine) || machine.name === joining.name);
  return lists.flatMap(({ machine, members }) => {
    // One on its way out may be a member yet, or not any more.
    const strays = members.filter((member) => !controlPlanes.some((candidate) => isMemberOf(member, candidate)));
    const missing = expected.filter((candidate) => !members.some((member) => !member.learner && isMemberOf(member, candidate)));
    return [
      ...strays.map((member) => `etcd of ${machine} lists ${describeMember(member)} (${member.id}), which no Machine stands behind`),
      ...missing.map(({ name }) => `etcd of ${machine} does not list ${name} as a voter`),
    ];
  });
}
