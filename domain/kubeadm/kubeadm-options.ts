import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { findOwner } from '../owner.ts';
import type { Machine } from '../machine.ts';

/** How kubeadm is to run on a Machine, beside what its configuration file says. */
export type KubeadmOptions = {
  readonly apiServerPort: number;
  /** A join of a control plane is several runs of kubeadm: what each leaves out is the manifest's list and its own. */
  readonly skipPhases: readonly string[];
  /** kubeadm's -v. */
  readonly verbosity?: number;
};

export function kubeadmOptions(desired: DesiredCluster, machine: Pick<Machine, 'role' | 'owner'>): KubeadmOptions {
  const owner = findOwner(desired, machine);
  const verbosity = owner?.bootstrap.verbosity;
  return {
    apiServerPort: desired.network.apiServerPort,
    skipPhases: owner?.join?.skipPhases ?? [],
    ...(verbosity === undefined ? {} : { verbosity }),
  };
}
