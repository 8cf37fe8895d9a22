import { draw } from './random.ts';
import type { Timing } from './state.ts';

/** Cluster API's CommonProvisioningSettings: a duration, and the share of it that chance may add. */
export type Provisioning = { readonly startupMilliseconds: number; readonly startupJitter: number };

export type InMemoryTimes = {
  readonly vm?: Provisioning;
  readonly node?: Provisioning;
  readonly apiServer?: Provisioning;
  readonly etcd?: Provisioning;
};

/** What the protocols themselves take, whatever the manifest says. Milliseconds. */
export const protocolTimes = {
  /** etcd adds a member only when all voters have been connected for so long (HealthInterval). */
  memberHealth: 5000,
  /** etcd's election timeout, and what chance adds. */
  election: 1000,
  electionSpread: 1000,
  /** HAProxy asks each backend this often. */
  backendCheck: 1000,
  /** node-monitor-grace-period of Kubernetes 1.34. */
  nodeGrace: 50_000,
  /** From the end of one Pod of kube-proxy to its successor's readiness; a few seconds where its image is there. */
  addonPod: 3000,
  /** How long kubeadm tries to add or promote its member. */
  kubeadmEtcd: 120_000,
  /** How long kubeadm waits for the control plane, the endpoint or the kubelet. */
  kubeadmWait: 240_000,
} as const;

/** kubeadm's certificates live a year. */
export const certificateLifetime = 365 * 24 * 60 * 60_000;

/** The share of the leader's log from which etcd lets a learner be promoted. */
export const promotableShare = 0.9;

/** Everything is immediate unless the manifest gives it a time, as with Cluster API's own backend. */
export function chooseTiming(times: InMemoryTimes, seed: string): Timing {
  const duration = (what: keyof InMemoryTimes): number => {
    const { startupMilliseconds = 0, startupJitter = 0 } = times[what] ?? {};
    return Math.round(startupMilliseconds * (1 + startupJitter * draw(seed, what)));
  };
  const etcd = duration('etcd');
  return {
    vm: duration('vm'),
    etcd,
    apiServer: duration('apiServer'),
    node: duration('node'),
    catchUp: etcd,
    reset: 0,
  };
}
