import type { DesiredCluster, KubeadmCommand, MachineTaint } from '../../api/desired-cluster.ts';
import type { ClusterAllocation } from '../network/cluster-network.ts';
import { findOwner } from '../owner.ts';
import type { Machine } from '../machine.ts';
import { clusterConfiguration } from './cluster-configuration.ts';
import { kubeletConfiguration, kubeProxyConfiguration } from './component-configs.ts';
import { nodeRegistration } from './node-registration.ts';
import { discoveryPath } from './paths.ts';
import { renderDocuments } from './render-documents.ts';

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
  return renderDocuments([
    {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'InitConfiguration',
      bootstrapTokens: [{ token: unusedToken, ttl: '1m0s' }],
      localAPIEndpoint: { advertiseAddress: machine.address, bindPort: desired.network.apiServerPort },
      nodeRegistration: nodeRegistration({ machine, registration: desired.controlPlane.initNodeRegistration, ...taintsOf(desired.controlPlane) }),
      ...commandSettings(desired.controlPlane.init),
    },
    clusterConfiguration({ ...request, version: machine.version }),
    kubeletConfiguration(desired),
    kubeProxyConfiguration(desired),
  ]);
}

/** The file for `kubeadm join`; control-plane Machines bring their certificates with them. */
export function renderJoinConfig(request: KubeadmConfigRequest): string {
  const { desired, machine } = request;
  const owner = findOwner(desired, machine);
  if (owner === undefined) throw new Error(`Machine ${machine.name} belongs to MachineDeployment ${machine.owner}, which is not desired`);
  const registration = 'joinNodeRegistration' in owner ? owner.joinNodeRegistration : owner.nodeRegistration;
  return renderDocuments([
    {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'JoinConfiguration',
      discovery: { file: { kubeConfigPath: discoveryPath } },
      nodeRegistration: nodeRegistration({ machine, registration, ...taintsOf(owner) }),
      ...(machine.role === 'control-plane'
        ? { controlPlane: { localAPIEndpoint: { advertiseAddress: machine.address, bindPort: desired.network.apiServerPort } } }
        : {}),
      ...commandSettings(owner.join),
    },
  ]);
}

function taintsOf({ taints }: { readonly taints?: readonly MachineTaint[] }): { readonly machineTaints?: readonly MachineTaint[] } {
  return taints === undefined ? {} : { machineTaints: taints };
}

/** kubeadm's own words; it takes durations. */
function commandSettings(command: KubeadmCommand = {}) {
  const { skipPhases, patches, timeouts } = command;
  return {
    ...(skipPhases === undefined ? {} : { skipPhases }),
    ...(patches === undefined ? {} : { patches: { directory: patches } }),
    ...(timeouts === undefined ? {} : { timeouts: Object.fromEntries(Object.entries(timeouts).map(([name, seconds]) => [name, `${seconds}s`])) }),
  };
}
