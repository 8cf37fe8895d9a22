import type { Machine } from '../machine.ts';
import { skipAllBut, type JoinPhase } from './join-phases.ts';
import { restoreDataScript } from './restore-data.ts';
import type { KubeadmOptions } from './kubeadm-options.ts';
import { bootstrapCompletePath, discoveryPath, kubeadmConfigPath, kubeletBootstrapPath, postKubeadmPath, preKubeadmPath, usersPath } from './paths.ts';

export type BootstrapRole = 'init' | 'join-control-plane' | 'join-worker';

/**
 * What is run on a Machine as one command. A control plane joins in three: `prepare` needs nobody's
 * turn, `etcd` is the membership change and as short as can be, and `serve` starts its API server,
 * while the next Machine may have its turn with etcd already. `restore` is an init on a backup's data.
 */
export type KubeadmStage = 'init' | 'restore' | 'join' | 'prepare' | 'etcd' | 'serve';

/** In words, for timings, the live tree and errors. */
export const stageNames: Readonly<Record<KubeadmStage, string>> = {
  init: 'kubeadm init',
  restore: 'kubeadm init from the backup',
  join: 'kubeadm join',
  prepare: 'kubeadm join: preparation',
  etcd: 'kubeadm join: etcd member',
  serve: 'kubeadm join: API server',
};

export type StageRequest = { readonly stage: KubeadmStage; readonly machine: Machine; readonly options: KubeadmOptions; /** Of a restore: ID of the backup whose snapshot lies on the Machine. */ readonly backup?: string };

/** The command that runs as a transient unit on the Machine. It names files only: it holds no secret. */
export function kubeadmScript(request: StageRequest): string {
  return ['set -eu', ...commands(request), ''].join('\n');
}

function commands({ stage, machine, options, backup = '' }: StageRequest): readonly string[] {
  const verbosity = options.verbosity === undefined ? '' : ` -v=${options.verbosity}`;
  const init = `kubeadm init --config ${kubeadmConfigPath} --skip-token-print --skip-certificate-key-print${verbosity}`;
  const join = `kubeadm join --config ${kubeadmConfigPath}${verbosity}`;
  // kubeadm ends at the first phase that fails, and names it.
  const joinOnly = (...kept: readonly JoinPhase[]) => `${join} --skip-phases=${skipAllBut(kept, options.skipPhases).join(',')}`;
  switch (stage) {
    case 'init':
      return [...before, init, ...after];
    case 'restore':
      // The add-ons are in the snapshot, as their users have left them.
      return [...before, ...restoreDataScript(machine, backup), `${init} --skip-phases=addon --ignore-preflight-errors=DirAvailable--var-lib-etcd`, ...after];
    case 'join':
      return [...before, join, ...after];
    case 'prepare':
      return [
        ...before,
        joinOnly('preflight', 'control-plane-prepare/download-certs', 'control-plane-prepare/certs', 'control-plane-prepare/kubeconfig', 'kubelet-start'),
      ];
    case 'etcd':
      // check-etcd is left out: whether every voter is healthy has just been asked.
      return [useAdminConf, joinOnly('etcd-join', 'control-plane-join/etcd')];
    case 'serve':
      return [
        `if [ -f ${bootstrapCompletePath} ]; then rm -f ${kubeletBootstrapPath}; exit 0; fi`,
        useAdminConf,
        // Not before etcd is there: an API server that starts without it exits, and the kubelet then lets
        // it lie for ten seconds.
        joinOnly('control-plane-prepare/control-plane'),
        waitForApiServer(`https://${machine.address}:${options.apiServerPort}/readyz`),
        // Its kubelet asks this API server for a certificate, and after some refusals only every half minute.
        `if [ ! -e ${kubeletCertificate} ]; then systemctl restart kubelet; fi`,
        joinOnly('kubelet-wait-bootstrap', 'control-plane-join/mark-control-plane'),
        ...after,
      ];
  }
}

const before = [
  `rm -f ${bootstrapCompletePath}`,
  `if [ -f ${usersPath} ]; then sh -eu ${usersPath}; fi`,
  `if [ -f ${preKubeadmPath} ]; then sh -eu ${preKubeadmPath}; fi`,
];
const after = [
  `if [ -f ${postKubeadmPath} ]; then sh -eu ${postKubeadmPath}; fi`,
  `rm -f ${discoveryPath}`,
  `touch ${bootstrapCompletePath}`,
];

/** Once it has credentials of its own, kubeadm need not hurry before those for discovery expire. */
const useAdminConf = `install -m 0600 /etc/kubernetes/admin.conf ${discoveryPath}`;

const kubeletCertificate = '/var/lib/kubelet/pki/kubelet-client-current.pem';

/** As long as kubeadm itself would wait; at the end of it the answer, or why there is none, is shown. */
function waitForApiServer(url: string): string {
  const ask = `curl --silent --show-error --fail-with-body --max-time 5 --cacert /etc/kubernetes/pki/ca.crt ${url}`;
  return [
    'echo "[slipway] Waiting for the API server of this Machine"',
    'deadline=$(($(date +%s) + 240))',
    `until ${ask} >/dev/null 2>&1; do`,
    `  if [ "$(date +%s)" -ge "$deadline" ]; then ${ask}; exit 1; fi`,
    '  sleep 0.4',
    'done',
  ].join('\n');
}

/** Gives Pods addresses once flannel has a lease, and takes the lease with it when it stops. */
const podNetworkUnit = 'slipway-pod-network.service';

/**
 * Back to before kubeadm ran. `kubeadm reset` must not touch etcd's member list: membership has one
 * writer, and that is the cluster's workflow.
 */
export function resetScript(): string {
  return [
    'set -eu',
    'kubeadm reset --force --skip-phases=remove-etcd-member',
    'rm -rf /etc/kubernetes/manifests /etc/kubernetes/pki /var/lib/etcd',
    'rm -f /etc/kubernetes/*.conf',
    // Its next Node may have another podCIDR.
    `if systemctl is-active --quiet ${podNetworkUnit}; then systemctl stop ${podNetworkUnit}; fi`,
    '',
  ].join('\n');
}
