import { readInside, execInside } from './docker.ts';
import { parseMembers } from '../../../activities/etcd/etcdctl-output.ts';

const operations = '/var/lib/slipway/operations';

export type KubeadmRun = { readonly operation: string; readonly generation: number; readonly verdict: string };

/** Each start of kubeadm that a Machine still has on record, with how it ended. */
export async function listKubeadmRuns(machine: string): Promise<readonly KubeadmRun[]> {
  const script = `cd ${operations} 2>/dev/null && for d in kubeadm-*/[0-9]*; do [ -d "$d" ] && echo "$d $(head -n 1 "$d/status" 2>/dev/null)"; done; true`;
  const lines = (await readInside(machine, script)).split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [path = '', verdict = 'running'] = line.split(' ');
    const [operation = '', generation = ''] = path.split('/');
    return { operation, generation: Number(generation), verdict };
  });
}

/** How often systemd started a unit whose name begins so, by the Machine's journal. */
export async function countUnitStarts(machine: string, unit: string): Promise<number> {
  const journal = await readInside(machine, `journalctl --no-pager -o cat _PID=1 | grep -c "^Started .*${unit}" || true`);
  return Number(journal);
}

/** Process IDs, inside the Machine, of the SSH sessions that are open there. */
export async function listSshSessions(machine: string): Promise<readonly number[]> {
  const { stdout } = await execInside(machine, "pgrep -f '^sshd: root@'");
  return stdout.split('\n').filter((line) => line !== '').map(Number);
}

export async function signalInside(machine: string, signal: 'KILL' | 'STOP' | 'CONT', pids: readonly number[]): Promise<void> {
  if (pids.length > 0) await execInside(machine, `kill -${signal} ${pids.join(' ')}`);
}

/** etcd's members as a control-plane Machine's own etcd lists them. */
export async function listEtcdMembers(machine: string) {
  return parseMembers(await etcdctl(machine, 'member list -w json'));
}

/** Name of the member that leads, which is its Machine's. @throws Error while there is none */
export async function findEtcdLeader(machine: string): Promise<string> {
  const lines = (await etcdctl(machine, 'endpoint status --cluster -w fields')).split('\n');
  const [leader = ''] = lines.flatMap((line) => /^"Leader" : (\d+)$/.exec(line)?.slice(1) ?? []).filter((id) => id !== '0');
  const id = BigInt(leader).toString(16);
  const member = (await listEtcdMembers(machine)).find((candidate) => candidate.id === id);
  if (member === undefined) throw new Error(`${machine}: etcd names no leader among its members`);
  return member.name;
}

/** Hands the leadership to that Machine's member; asked through a member that stays. */
export async function moveEtcdLeader(via: string, to: string): Promise<void> {
  const leader = await findEtcdLeader(via);
  if (leader === to) return;
  const member = (await listEtcdMembers(via)).find(({ name }) => name === to);
  if (member === undefined) throw new Error(`${via}: etcd has no member ${to}`);
  await etcdctl(leader, `move-leader ${member.id}`);
}

function etcdctl(machine: string, command: string): Promise<string> {
  const pki = '/etc/kubernetes/pki/etcd';
  const flags = `--endpoints=https://127.0.0.1:2379 --cacert=${pki}/ca.crt --cert=${pki}/server.crt --key=${pki}/server.key`;
  return readInside(machine, `etcdctl ${flags} ${command}`);
}
