import { addonsConfigPath, uploadConfigPath, uploadKubeconfigPath } from './paths.ts';

/** What one Machine's kubeadm does for the whole cluster when its version or its configuration changes. */
export type UpgradePart = 'upload-config' | 'addons';

/** In words, for timings, the live tree and errors. */
export const upgradePartNames: Readonly<Record<UpgradePart, string>> = {
  'upload-config': 'kubeadm configuration',
  addons: 'kubeadm add-ons',
};

/** What comes after `addons`, by Kubernetes itself. */
export const addonsRolledOut = 'add-ons rolled out';

export type UpgradeRequest = {
  readonly part: UpgradePart;
  /** Kubernetes version that the part brings. */
  readonly version: string;
  /** kubeadm's -v. */
  readonly verbosity?: number;
};

/** The command that runs as a transient unit on the Machine. It names files only: it holds no secret. */
export function upgradeScript({ part, verbosity }: UpgradeRequest): string {
  const detail = verbosity === undefined ? '' : ` -v=${verbosity}`;
  return ['set -eu', ...commands[part](detail), ''].join('\n');
}

const commands: Readonly<Record<UpgradePart, (detail: string) => readonly string[]>> = {
  'upload-config': (detail) => [
    `trap 'rm -f ${uploadKubeconfigPath}' EXIT`,
    `kubeadm init phase upload-config all --config ${uploadConfigPath} --kubeconfig ${uploadKubeconfigPath}${detail}`,
  ],
  addons: (detail) => [
    `said=$(kubeadm upgrade apply phase addon all --config ${addonsConfigPath}${detail} 2>&1) && status=0 || status=$?`,
    `printf '%s\\n' "$said"`,
    // kubeadm ends well where it finds a control plane of another version and leaves the add-ons as they are.
    `case "$said" in *'Skipping upgrade of addons'*) exit 3 ;; esac`,
    'exit "$status"',
  ],
};
