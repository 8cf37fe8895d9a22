import { joinedControlPlanes, type Machine } from '../machine.ts';
import type { Observed } from '../observation.ts';
import type { EtcdMember } from '../quorum/etcd-member.ts';
import { countMembership, describeMembership, hasLostQuorum, quorumOf } from '../quorum/membership.ts';
import type { HealthReport, LostMachine } from './control-plane-health.ts';

/** What a watch saw of one cluster; etcd is asked only where the API server did not answer. */
export type WatchedFacts = {
  readonly infrastructure: Observed<readonly { readonly name: string; readonly state: 'running' | 'stopped' | 'absent' }[]>;
  /** Whether a read that etcd's majority must agree to was answered. */
  readonly apiServer: Observed<boolean>;
  readonly etcd?: MembersAnswer;
};

/** What members of etcd said, each asked for itself. */
export type MembersAnswer = {
  /** As one of them lists them all; absent where none does. */
  readonly members?: readonly EtcdMember[];
  /** Machines that were reached, and whose member could not answer. */
  readonly refused: readonly string[];
};

/** What is wrong by these facts. What they do not tell is as it was `before`: Unknown is neither lost nor found. */
export function judgeControlPlane(machines: readonly Machine[], facts: WatchedFacts, before: HealthReport): HealthReport {
  const joined = joinedControlPlanes(machines);
  const lost = judgeMachines(joined, facts) ?? before.lost;
  const quorum = judgeQuorum(joined, { facts, lost });
  const quorumLost = quorum.known ? quorum.lost : before.quorumLost;
  return { uid: before.uid, lost, ...(quorumLost === undefined ? {} : { quorumLost }) };
}

function judgeMachines(joined: readonly Machine[], { infrastructure }: WatchedFacts): readonly LostMachine[] | undefined {
  if (!infrastructure.known) return undefined;
  return joined.flatMap(({ name }) => {
    const state = infrastructure.value.find((found) => found.name === name)?.state ?? 'absent';
    return state === 'running' ? [] : [{ name, state }];
  });
}

type Quorum = { readonly known: false } | { readonly known: true; readonly lost?: string };

function judgeQuorum(joined: readonly Machine[], seen: { readonly facts: WatchedFacts; readonly lost: readonly LostMachine[] }): Quorum {
  const { facts: { apiServer, etcd }, lost } = seen;
  if (apiServer.known && apiServer.value) return { known: true };
  const members = etcd?.members;
  if (members !== undefined) {
    return hasLostQuorum(members) ? { known: true, lost: `etcd has lost its majority: ${describeMembership(countMembership(members))}` } : { known: true };
  }
  // Without a majority no member lists the others. Who could not be asked may be well.
  const down = new Set([...lost.map(({ name }) => name), ...(etcd?.refused ?? [])]);
  const [all, needed] = [joined.length, quorumOf(joined.length)];
  if (all === 0 || all - down.size >= needed) return { known: false };
  const stopped = lost.length === 0 ? '' : `${lost.length} of ${all} Machines do not run, `;
  return { known: true, lost: `etcd has lost its majority: ${stopped}${down.size} of ${all} members do not answer, and ${needed} must` };
}

export function isSameHealth(a: HealthReport, b: HealthReport): boolean {
  return a.uid === b.uid && listLost(a) === listLost(b) && (a.quorumLost === undefined) === (b.quorumLost === undefined);
}

function listLost({ lost }: HealthReport): string {
  return lost.map(({ name, state }) => `${name} ${state}`).toSorted().join('\n');
}
