import { runCommand } from './run-command.ts';

const pki = '/etc/kubernetes/pki/etcd';
const etcdctl = `etcdctl --endpoints=https://127.0.0.1:2379 --cacert=${pki}/ca.crt --cert=${pki}/server.crt --key=${pki}/server.key`;

/**
 * Puts that many keys of a million random bytes each beside what the API server keeps: no compression makes them
 * smaller, and no watch cache holds them. @returns how much etcd's database takes then, in bytes
 */
export async function fillEtcd(machine: string, megabytes: number): Promise<number> {
  const inside = (script: string) => runCommand('docker', ['exec', machine, 'sh', '-ec', script]);
  await inside(`i=0; while [ "$i" -lt ${megabytes} ]; do head -c 1000000 /dev/urandom | ${etcdctl} put "/slipway-bench/$i" >/dev/null; i=$((i + 1)); done`);
  return Number((await inside('stat -c %s /var/lib/etcd/member/snap/db')).output);
}
