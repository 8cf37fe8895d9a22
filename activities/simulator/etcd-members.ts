import { z } from 'zod';
import type { EtcdMember } from '../../domain/quorum/etcd-member.ts';
import type { SshTarget } from '../seams/command-runner.ts';
import type { EtcdMembers } from '../seams/etcd-members.ts';
import type { SimulatorClient } from './client.ts';

const members = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    peerUrls: z.array(z.string()),
    learner: z.boolean(),
    healthy: z.boolean(),
    leader: z.boolean(),
    version: z.string().exactOptional(),
    alarms: z.array(z.enum(['NOSPACE', 'CORRUPT'])),
  }),
);

/** The simulated etcd, asked through one of its Machines as etcdctl would be. */
export function createSimulatedEtcdMembers(client: SimulatorClient): EtcdMembers {
  const list = (via: SshTarget, signal: AbortSignal) => client.call('listMembers', at(via), { signal, answer: members });
  return {
    async list(via, signal) {
      return (await list(via, signal)).map(({ leader: _leader, alarms: _alarms, version: _version, ...member }) => member);
    },
    async observe(via, signal) {
      return (await list(via, signal)).map(({ alarms, ...member }): EtcdMember => ({ ...member, ...(alarms.length === 0 ? {} : { alarms }) }));
    },
    async moveLeader(via, memberId, signal) {
      await client.call('moveLeader', { ...at(via), memberId }, { signal, answer: z.null() });
    },
    async remove(via, memberId, signal) {
      await client.call('removeMember', { ...at(via), memberId }, { signal, answer: z.null() });
    },
  };
}

function at(via: SshTarget) {
  return { cluster: via.clusterUid, machine: via.machine };
}
