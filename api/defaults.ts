import type { ClusterNetwork } from './desired-cluster.ts';

/**
 * For a Cluster that leaves its network out: kubeadm's default for Services, and for pods (kubeadm has none)
 * what Cluster API's templates for Docker use.
 */
export const DEFAULT_NETWORK: ClusterNetwork = {
  podCIDR: '192.168.0.0/16',
  serviceCIDR: '10.96.0.0/12',
  serviceDomain: 'cluster.local',
  apiServerPort: 6443,
};

/** Cluster API's default for KubeadmControlPlanes and MachineDeployments without replicas. */
export const DEFAULT_REPLICAS = 1;

/** cloud-init's defaults for files. */
export const DEFAULT_FILE = { owner: 'root:root', permissions: '0644' } as const;

/** Cluster API's defaults for how Machines are replaced; times in seconds. */
export const DEFAULT_ROLLOUT = {
  strategy: 'RollingUpdate',
  maxSurge: 1,
  maxUnavailable: 0,
  minReadySeconds: 0,
  progressDeadlineSeconds: 600,
} as const;
