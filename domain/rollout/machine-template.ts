import type { DesiredControlPlane, DesiredMachineDeployment } from '../../api/desired-cluster.ts';
import { canonicalHash } from './canonical-hash.ts';
import { remember } from './remember.ts';

/** What a Machine of an owner is made from now. */
export type MachineTemplate = {
  /** Of everything that a Machine cannot take over without being made anew. */
  readonly hash: string;
  /** Kubernetes version, "v1.34.4". */
  readonly version: string;
};

/**
 * Left out, as in Cluster API (KubeadmControlPlane's `init` is used once, by a Machine that no later
 * change can reach): labels, annotations, taints and timeouts, which are carried out in place.
 */
export const controlPlaneTemplate = remember((controlPlane: DesiredControlPlane, version: string): MachineTemplate => {
  const { infrastructure, clusterConfiguration, joinNodeRegistration, join, bootstrap } = controlPlane;
  return { version, hash: canonicalHash({ version, infrastructure, clusterConfiguration, joinNodeRegistration, join, bootstrap }) };
});

/** @param version the one that a new Machine gets now, which may be older than the desired one */
export const workerTemplate = remember((deployment: DesiredMachineDeployment, version: string): MachineTemplate => {
  const { infrastructure, nodeRegistration, join, bootstrap, failureDomain } = deployment;
  return { version, hash: canonicalHash({ version, infrastructure, nodeRegistration, join, bootstrap, failureDomain }) };
});
