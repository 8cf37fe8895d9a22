import type { DesiredControlPlane, DesiredMachineDeployment } from '../../api/desired-cluster.ts';
import { canonicalHash } from './canonical-hash.ts';
import { remember } from './remember.ts';

/** What a Machine of an owner is made from now. */
export type MachineTemplate = {
  /** Of everything that a Machine cannot take over without being made anew. */
  readonly hash: string;
  /** Kubernetes version, "v1.34.4". */
  readonly version: string;
  /** With the etcd that goes with that version, whatever the manifest says of its tag; see decideOlderEtcdFirst. */
  readonly olderEtcd?: true;
};

/**
 * Left out, as in Cluster API (KubeadmControlPlane's `init` is used once, by a Machine that no later
 * change can reach): labels, annotations, taints and timeouts, which are carried out in place.
 */
export const controlPlaneTemplate = remember((controlPlane: DesiredControlPlane, version: string): MachineTemplate => {
  const { infrastructure, clusterConfiguration, joinNodeRegistration, join, bootstrap } = controlPlane;
  return { version, hash: canonicalHash({ version, infrastructure, clusterConfiguration, joinNodeRegistration, join, bootstrap }) };
});

/** Of Machines that come before a newer etcd does. */
export const olderEtcdTemplate = remember((controlPlane: DesiredControlPlane, version: string): MachineTemplate => {
  return { ...controlPlaneTemplate(withoutEtcdTag(controlPlane), version), olderEtcd: true };
});

/** kubeadm's and Slipway's own choice of etcd goes with the Kubernetes version. */
export function withoutEtcdTag<Wish extends Pick<DesiredControlPlane, 'clusterConfiguration'>>(controlPlane: Wish): Wish {
  const { imageTag: _tag, ...etcd } = controlPlane.clusterConfiguration.etcd;
  return { ...controlPlane, clusterConfiguration: { ...controlPlane.clusterConfiguration, etcd } };
}

/** @param version the one that a new Machine gets now, which may be older than the desired one */
export const workerTemplate = remember((deployment: DesiredMachineDeployment, version: string): MachineTemplate => {
  const { infrastructure, nodeRegistration, join, bootstrap, failureDomain } = deployment;
  return { version, hash: canonicalHash({ version, infrastructure, nodeRegistration, join, bootstrap, failureDomain }) };
});
