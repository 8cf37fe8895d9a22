import { discoveryPath, kubeadmConfigPath, postKubeadmPath, preKubeadmPath, usersPath } from './paths.ts';

export type BootstrapRole = 'init' | 'join-control-plane' | 'join-worker';

/** The command that runs as a transient unit on the Machine. It names files only: it holds no secret. */
export function kubeadmScript(role: BootstrapRole): string {
  const kubeadm =
    role === 'init'
      ? `kubeadm init --config ${kubeadmConfigPath} --skip-token-print --skip-certificate-key-print`
      : `kubeadm join --config ${kubeadmConfigPath}`;
  return [
    'set -eu',
    `if [ -f ${usersPath} ]; then sh -eu ${usersPath}; fi`,
    `if [ -f ${preKubeadmPath} ]; then sh -eu ${preKubeadmPath}; fi`,
    kubeadm,
    `if [ -f ${postKubeadmPath} ]; then sh -eu ${postKubeadmPath}; fi`,
    `rm -f ${discoveryPath}`,
    '',
  ].join('\n');
}

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
    '',
  ].join('\n');
}
