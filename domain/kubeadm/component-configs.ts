import type { DesiredCluster } from '../../api/desired-cluster.ts';

/**
 * kubelet and kube-proxy in a container: no negative OOM scores, no raised limits, a disk shared
 * with the host (so its fill level says nothing about this Node), swap that is not ours to judge.
 * The cgroup driver depends on the host's cgroup version: the machine image passes it as a flag.
 */

export function kubeletConfiguration(desired: DesiredCluster) {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    clusterDomain: desired.network.serviceDomain,
    failSwapOn: false,
    oomScoreAdj: 0,
    imageGCHighThresholdPercent: 100,
    evictionHard: {
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.available': '0%',
      'imagefs.inodesFree': '0%',
    },
    rotateCertificates: true,
  };
}

export function kubeProxyConfiguration(desired: DesiredCluster) {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    clusterCIDR: desired.network.podCIDR,
    oomScoreAdj: 0,
    // Writing these sysctls is refused inside a container: 0 and null leave them alone.
    conntrack: { maxPerCore: 0, min: null },
  };
}
