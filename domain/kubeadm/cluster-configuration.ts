import type { ControlPlaneComponent, DesiredCluster } from '../../api/desired-cluster.ts';
import type { ClusterAllocation } from '../network/cluster-network.ts';
import { extraArgs } from './extra-args.ts';

/** kubeadm.k8s.io/v1beta4 ClusterConfiguration: the same on every control-plane Machine. */
export function clusterConfiguration(request: {
  readonly desired: DesiredCluster;
  readonly allocation: ClusterAllocation;
  /** Of the Machine that runs kubeadm: what is desired may be a version that no Machine has yet. */
  readonly version: string;
  readonly etcdImageTag?: string;
}) {
  const { desired, allocation } = request;
  const { network, controlPlane } = desired;
  const configuration = controlPlane.clusterConfiguration;
  // The tag that is wanted of Slipway's own images says nothing about those of another repository.
  const isOwnEtcd = configuration.imageRepository === undefined && configuration.etcd.imageRepository === undefined;
  const etcdImageTag = configuration.etcd.imageTag ?? (isOwnEtcd ? request.etcdImageTag : undefined);
  const { extraEnvs, imageRepository, serverCertSANs, peerCertSANs } = configuration.etcd;
  return {
    apiVersion: 'kubeadm.k8s.io/v1beta4',
    kind: 'ClusterConfiguration',
    clusterName: desired.name,
    kubernetesVersion: request.version,
    controlPlaneEndpoint: `${allocation.loadBalancerAddress}:${network.apiServerPort}`,
    networking: {
      podSubnet: network.podCIDR,
      serviceSubnet: network.serviceCIDR,
      dnsDomain: network.serviceDomain,
    },
    apiServer: {
      ...component(configuration.apiServer),
      // The provider host reaches the API through a port of its loopback.
      certSANs: [...new Set([allocation.loadBalancerAddress, '127.0.0.1', 'localhost', ...configuration.apiServer.certSANs])],
    },
    controllerManager: component(configuration.controllerManager),
    scheduler: component(configuration.scheduler),
    etcd: {
      local: {
        dataDir: '/var/lib/etcd',
        extraArgs: extraArgs(configuration.etcd.extraArgs),
        ...(etcdImageTag === undefined ? {} : { imageTag: etcdImageTag }),
        ...(imageRepository === undefined ? {} : { imageRepository }),
        ...(extraEnvs === undefined ? {} : { extraEnvs }),
        ...(serverCertSANs === undefined ? {} : { serverCertSANs }),
        ...(peerCertSANs === undefined ? {} : { peerCertSANs }),
      },
    },
    ...(configuration.dns === undefined ? {} : { dns: configuration.dns }),
    ...(configuration.imageRepository === undefined ? {} : { imageRepository: configuration.imageRepository }),
    ...(Object.keys(configuration.featureGates).length === 0 ? {} : { featureGates: configuration.featureGates }),
  };
}

function component(settings: ControlPlaneComponent) {
  return {
    ...(Object.keys(settings.extraArgs).length === 0 ? {} : { extraArgs: extraArgs(settings.extraArgs) }),
    ...(settings.extraVolumes.length === 0 ? {} : { extraVolumes: settings.extraVolumes }),
    ...(settings.extraEnvs === undefined ? {} : { extraEnvs: settings.extraEnvs }),
  };
}
