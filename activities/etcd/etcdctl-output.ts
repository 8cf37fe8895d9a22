import { z } from 'zod';
import type { EtcdAlarm, EtcdMember } from '../../domain/quorum/etcd-member.ts';

/** What etcdctl 3.5 and 3.6 print, read. */

/** etcdctl leaves out what has no value: a member that never started has neither name nor client URLs. */
const memberList = z.object({
  members: z.array(
    z.object({
      ID: z.string(),
      name: z.string().default(''),
      peerURLs: z.array(z.string()).default([]),
      clientURLs: z.array(z.string()).default([]),
      isLearner: z.boolean().default(false),
    }),
  ),
});
const endpointHealth = z.array(z.object({ endpoint: z.string(), health: z.boolean() }));

export type ListedMember = EtcdMember & { readonly clientUrls: readonly string[] };

/** IDs are unsigned 64-bit numbers, which JSON.parse would round: they are read as text. */
function withExactIds(json: string): string {
  return json.replaceAll(/"(ID|member_id|cluster_id|leader)":(\d+)/g, '"$1":"$2"');
}

export function parseMembers(json: string): readonly Omit<ListedMember, 'healthy'>[] {
  return memberList.parse(JSON.parse(withExactIds(json))).members.map((member) => ({
    id: BigInt(member.ID).toString(16),
    name: member.name,
    peerUrls: member.peerURLs,
    clientUrls: member.clientURLs,
    learner: member.isLearner,
  }));
}

export function parseHealthy(json: string): ReadonlySet<string> {
  if (json.trim() === '') return new Set();
  const endpoints = endpointHealth.parse(JSON.parse(json));
  return new Set(endpoints.filter((endpoint) => endpoint.health).map((endpoint) => endpoint.endpoint));
}

const endpointStatus = z.array(
  z.object({
    Status: z.object({ leader: z.string().default('0'), version: z.string().default(''), header: z.object({ member_id: z.string().optional() }).optional() }),
  }),
);

/** By member ID (hexadecimal), of the members that answer. */
export function parseVersions(json: string): ReadonlyMap<string, string> {
  if (json.trim() === '') return new Map();
  const statuses = endpointStatus.parse(JSON.parse(withExactIds(json))).map(({ Status }) => Status);
  return new Map(statuses.flatMap(({ header, version }) => (header?.member_id === undefined || version === '' ? [] : [[BigInt(header.member_id).toString(16), version]])));
}

/** Hexadecimal; undefined while there is none. Members that answer may disagree for a moment: the first counts. */
export function parseLeader(json: string): string | undefined {
  if (json.trim() === '') return undefined;
  const leaders = endpointStatus.parse(JSON.parse(withExactIds(json))).map(({ Status }) => Status.leader);
  const leader = leaders.find((id) => id !== '0');
  return leader === undefined ? undefined : BigInt(leader).toString(16);
}

/** Lines as "memberID:10276657743932975437 alarm:NOSPACE". */
export function parseAlarms(text: string): readonly { readonly memberId: string; readonly alarm: EtcdAlarm }[] {
  return [...text.matchAll(/memberID:(\d+) alarm:(NOSPACE|CORRUPT)/g)].map(([, id = '0', alarm]) => ({
    memberId: BigInt(id).toString(16),
    alarm: alarm === 'CORRUPT' ? 'CORRUPT' : 'NOSPACE',
  }));
}
