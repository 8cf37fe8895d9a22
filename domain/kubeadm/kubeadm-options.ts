import type { DesiredCluster } from '../../api/desired-cluster.ts';

/** How kubeadm is to run on a Machine, beside what its configuration file says. */
export type KubeadmOptions = {
  readonly apiServerPort: number;
  /** A join of a control plane is several runs of kubeadm: what each leaves out is the manifest's list and its own. */
  readonly skipPhases: readonly string[];
  /** kubeadm's -v. */
  readonly verbosity?: number;
};

export function kubeadmOptions(desired: DesiredCluster): KubeadmOptions {
  return { apiServerPort: desired.network.apiServerPort, skipPhases: [] };
}
