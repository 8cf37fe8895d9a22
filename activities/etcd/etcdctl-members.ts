import { lastLines } from '../last-lines.ts';
import { scrub } from '../../domain/scrub.ts';
import type { CommandRunner, SshTarget } from '../seams/command-runner.ts';
import type { EtcdMembers } from '../seams/etcd-members.ts';
import { etcdctl as etcdctlOfMachine } from './etcdctl.ts';
import { parseAlarms, parseHealthy, parseLeader, parseMembers, parseVersions, type ListedMember } from './etcdctl-output.ts';
import { quoteShell } from '../ssh/quote-shell.ts';

const etcdctl = `${etcdctlOfMachine} --command-timeout=5s`;
/**
 * Of every member, the dead ones too: each of these costs all of the time-out, in `endpoint status` one
 * after the other. Whoever looks at facts waits for five to eight seconds, and a member that answers
 * takes a tenth of one.
 */
const probe = `${etcdctlOfMachine} --command-timeout=2s`;

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

  const list = async (via: SshTarget, signal: AbortSignal): Promise<readonly ListedMember[]> => {
    const members = parseMembers(await run(via, 'member list -w json', signal));
    // Exit code 1 means that some endpoint is unhealthy; the answer is on stdout all the same.
    const health = await runner.run(via, `${probe} endpoint health --cluster -w json`, { signal, timeoutMs: 20_000 });
    const healthy = parseHealthy(health.stdout);
    return members.map((member) => ({ ...member, healthy: member.clientUrls.some((url) => healthy.has(url)) }));
  };

  const readStatus = (via: SshTarget, signal: AbortSignal) => runner.run(via, `${probe} endpoint status --cluster -w json`, { signal, timeoutMs: 20_000 });

  return {
    async list(via, signal) {
      return (await list(via, signal)).map(({ clientUrls: _urls, ...member }) => member);
    },

    async observe(via, signal) {
      const [members, status] = await Promise.all([list(via, signal), readStatus(via, signal)]);
      const leader = parseLeader(status.stdout);
      const versions = parseVersions(status.stdout);
      const alarms = parseAlarms(await run(via, 'alarm list', signal));
      return members.map(({ clientUrls: _urls, ...member }) => {
        const raised = alarms.flatMap(({ memberId, alarm }) => (memberId === member.id ? [alarm] : []));
        const version = versions.get(member.id);
        return { ...member, leader: member.id === leader, ...(version === undefined ? {} : { version }), ...(raised.length === 0 ? {} : { alarms: raised }) };
      });
    },

    async moveLeader(via, memberId, signal) {
      assertMemberId(memberId);
      const leader = parseLeader((await readStatus(via, signal)).stdout);
      if (leader === memberId) return;
      const [url] = (await list(via, signal)).find(({ id }) => id === leader)?.clientUrls ?? [];
      if (url === undefined) throw new EtcdctlError(`etcd on Machine ${via.machine} names no leader: nothing was moved`);
      // Only the leader itself takes the order; the last --endpoints counts.
      await run(via, `move-leader ${memberId} --endpoints=${quoteShell(url)}`, signal);
    },

    async remove(via, memberId, signal) {
      assertMemberId(memberId);
      const members = parseMembers(await run(via, 'member list -w json', signal));
      if (!members.some((member) => member.id === memberId)) return;
      await run(via, `member remove ${memberId}`, signal);
    },
  };
}

function assertMemberId(memberId: string): void {
  if (!/^[0-9a-f]{1,16}$/.test(memberId)) throw new EtcdctlError(`not a member ID: ${memberId}`);
}
