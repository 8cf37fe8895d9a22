import { z } from 'zod';
import { lastLines } from '../last-lines.ts';
import { scrub } from '../../domain/scrub.ts';
import type { CommandRunner, SshTarget } from '../seams/command-runner.ts';
import type { EtcdMember } from '../../domain/quorum/etcd-member.ts';
import type { EtcdMembers } from '../seams/etcd-members.ts';

const pki = '/etc/kubernetes/pki/etcd';
const etcdctl = `etcdctl --endpoints=https://127.0.0.1:2379 --cacert=${pki}/ca.crt --cert=${pki}/server.crt --key=${pki}/server.key --command-timeout=5s`;

export class EtcdctlError extends Error {
  override readonly name = 'EtcdctlError';
}

/** etcdctl on a control-plane Machine, with that Machine's own certificate. */
export function createEtcdctlMembers(runner: CommandRunner): EtcdMembers {
  const run = async (via: SshTarget, args: string, signal: AbortSignal): Promise<string> => {
    const result = await runner.run(via, `${etcdctl} ${args}`, { signal, timeoutMs: 20_000 });
    if (result.exitCode === 0) return result.stdout;
    throw new EtcdctlError(`etcdctl ${args} on Machine ${via.machine} exited with ${result.exitCode}: ${lastLines(scrub(result.stderr), 5)}`);
  };

  return {
    async list(via, signal) {
      const members = parseMembers(await run(via, 'member list -w json', signal));
      // Exit code 1 means that some endpoint is unhealthy; the answer is on stdout all the same.
      const health = await runner.run(via, `${etcdctl} endpoint health --cluster -w json`, { signal, timeoutMs: 20_000 });
      const healthy = parseHealthy(health.stdout);
      return members.map((member) => ({
        id: member.id,
        name: member.name,
        peerUrls: member.peerUrls,
        learner: member.learner,
        healthy: member.clientUrls.some((url) => healthy.has(url)),
      }));
    },
    async remove(via, memberId, signal) {
      if (!/^[0-9a-f]{1,16}$/.test(memberId)) throw new EtcdctlError(`not a member ID: ${memberId}`);
      const members = parseMembers(await run(via, 'member list -w json', signal));
      if (!members.some((member) => member.id === memberId)) return;
      await run(via, `member remove ${memberId}`, signal);
    },
  };
}

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

type ListedMember = Omit<EtcdMember, 'healthy'> & { readonly clientUrls: readonly string[] };

/** IDs are unsigned 64-bit numbers, which JSON.parse would round: they are read as text. */
export function parseMembers(json: string): readonly ListedMember[] {
  const exact = json.replaceAll(/"(ID|member_id|cluster_id)":(\d+)/g, '"$1":"$2"');
  return memberList.parse(JSON.parse(exact)).members.map((member) => ({
    id: BigInt(member.ID).toString(16),
    name: member.name,
    peerUrls: member.peerURLs,
    clientUrls: member.clientURLs,
    learner: member.isLearner,
  }));
}

function parseHealthy(json: string): ReadonlySet<string> {
  if (json.trim() === '') return new Set();
  const endpoints = endpointHealth.parse(JSON.parse(json));
  return new Set(endpoints.filter((endpoint) => endpoint.health).map((endpoint) => endpoint.endpoint));
}
