import type { MachineRole } from '../../domain/machine.ts';

/** A file of a bundle and the command on the Machine whose output it is: POSIX shell, reads only. */
export type MachineCommand = { readonly file: string; readonly script: string };

const journal = (units: string): string => `journalctl --no-pager --output=short-iso --lines=1500 ${units}`;

const onEvery: readonly MachineCommand[] = [
  {
    file: 'system.txt',
    script: 'for each in uptime "uname -a" "free -m" "df -h" "ip -brief address" "ip route" "systemctl --no-pager --failed"; do echo "# $each"; $each 2>&1; echo; done',
  },
  { file: 'kubelet.log', script: journal('--unit=kubelet') },
  { file: 'containerd.log', script: journal('--unit=containerd') },
  { file: 'slipway-units.log', script: journal("--unit='slipway-*'") },
  {
    file: 'slipway-operations.txt',
    script:
      'cd /var/lib/slipway/operations 2>/dev/null || { echo "no durable command has run here"; exit 0; }\n' +
      'for each in */generation */started */*/status; do [ -e "$each" ] && echo "# $each" && cat "$each" && echo; done\n' +
      'for each in */*/stdout */*/stderr; do [ -s "$each" ] && echo "# $each" && tail -n 80 "$each" && echo; done; true',
  },
  {
    file: 'containers.txt',
    script: 'for each in containers tasks images; do echo "# $each"; timeout 10 ctr --namespace k8s.io "$each" list 2>&1; echo; done',
  },
];

const pki = '/etc/kubernetes/pki/etcd';

const onControlPlane: readonly MachineCommand[] = [
  {
    file: 'control-plane.log',
    script:
      'cd /var/log/containers 2>/dev/null || exit 0\n' +
      'for each in etcd-* kube-apiserver-* kube-controller-manager-* kube-scheduler-*; do [ -e "$each" ] && echo "# $each" && tail -n 100 "$each" && echo; done; true',
  },
  {
    file: 'etcd.txt',
    script:
      `run() { echo "# etcdctl $*"; etcdctl --endpoints=https://127.0.0.1:2379 --cacert=${pki}/ca.crt --cert=${pki}/server.crt --key=${pki}/server.key --command-timeout=4s "$@" 2>&1; echo; }\n` +
      'run endpoint status --cluster -w table; run endpoint health --cluster -w table; run alarm list; true',
  },
];

export function machineCommands(role: MachineRole): readonly MachineCommand[] {
  return role === 'control-plane' ? [...onEvery, ...onControlPlane] : onEvery;
}
