import { stringify } from 'yaml';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { ClusterAllocation } from '../cluster-network.ts';
import type { Machine } from '../machine.ts';
import { clusterConfiguration } from './cluster-configuration.ts';
import { kubeletConfiguration, kubeProxyConfiguration } from './component-configs.ts';
import { nodeRegistration } from './node-registration.ts';
import { discoveryPath } from './paths.ts';

export type KubeadmConfigRequest = {
  readonly desired: DesiredCluster;
  readonly allocation: ClusterAllocation;
  readonly machine: Machine;
};

/**
 * The file for `kubeadm init`. kubeadm always makes a bootstrap token; this one is never used
 * (Machines join with a short-lived client certificate) and expires within a minute.
 */
export function renderInitConfig(request: KubeadmConfigRequest & { readonly unusedToken: string; readonly etcdImageTag?: string }): string {
  const { desired, machine, unusedToken } = request;
  return documents([
    {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'InitConfiguration',
      bootstrapTokens: [{ token: unusedToken, ttl: '1m0s' }],
      localAPIEndpoint: { advertiseAddress: machine.address, bindPort: desired.network.apiServerPort },
      nodeRegistration: nodeRegistration(machine, desired.controlPlane.initNodeRegistration),
    },
    clusterConfiguration(request),
    kubeletConfiguration(desired),
    kubeProxyConfiguration(desired),
  ]);
}

/** The file for `kubeadm join`; control-plane Machines bring their certificates with them. */
export function renderJoinConfig(request: KubeadmConfigRequest): string {
  const { desired, machine } = request;
  const controlPlane = machine.role === 'control-plane';
  return documents([
    {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'JoinConfiguration',
      discovery: { file: { kubeConfigPath: discoveryPath } },
      nodeRegistration: nodeRegistration(machine, joinRegistration(desired, machine)),
      ...(controlPlane
        ? { controlPlane: { localAPIEndpoint: { advertiseAddress: machine.address, bindPort: desired.network.apiServerPort } } }
        : {}),
    },
  ]);
}

function joinRegistration(desired: DesiredCluster, machine: Machine) {
  if (machine.role === 'control-plane') return desired.controlPlane.joinNodeRegistration;
  const deployment = desired.machineDeployments.find((candidate) => candidate.name === machine.owner);
  if (deployment === undefined) throw new Error(`Machine ${machine.name} belongs to MachineDeployment ${machine.owner}, which is not desired`);
  return deployment.nodeRegistration;
}

function documents(values: readonly unknown[]): string {
  return values.map((value) => stringify(value, { lineWidth: 0 })).join('---\n');
}
