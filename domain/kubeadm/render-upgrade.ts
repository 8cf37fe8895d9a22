import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { ClusterAllocation } from '../network/cluster-network.ts';
import type { Machine } from '../machine.ts';
import { clusterConfiguration } from './cluster-configuration.ts';
import { kubeletConfiguration } from './component-configs.ts';
import { criSocket } from './node-registration.ts';
import { renderDocuments } from './render-documents.ts';

/**
 * The file for `kubeadm init phase upload-config all`: the configuration that Machines of `version` read
 * when they join. kubeadm up to v1.33 also notes the CRI socket on the Node that the file names, and fails
 * where it is not there: so it names one that is, whatever Machine kubeadm runs on.
 */
export function renderUploadConfig(request: {
  readonly desired: DesiredCluster;
  readonly allocation: ClusterAllocation;
  /** On which kubeadm runs. */
  readonly machine: Pick<Machine, 'address'>;
  /** Name of a Node that exists. */
  readonly node: string;
  readonly version: string;
  readonly etcdImageTag?: string;
}): string {
  const { desired, machine, node } = request;
  return renderDocuments([
    {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'InitConfiguration',
      localAPIEndpoint: { advertiseAddress: machine.address, bindPort: desired.network.apiServerPort },
      nodeRegistration: { name: node, criSocket },
    },
    clusterConfiguration(request),
    kubeletConfiguration(desired),
  ]);
}

/**
 * The file for `kubeadm upgrade apply phase addon all`. The version cannot be left out; all else kubeadm
 * reads from the cluster's own ConfigMaps.
 */
export function renderAddonsConfig({ desired, version }: { readonly desired: DesiredCluster; readonly version: string }): string {
  // CoreDNS was patched from there by `kubeadm init`, and would lose its patches.
  const patches = desired.controlPlane.init?.patches;
  return renderDocuments([
    {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'UpgradeConfiguration',
      apply: { kubernetesVersion: version, ...(patches === undefined ? {} : { patches: { directory: patches } }) },
    },
  ]);
}
