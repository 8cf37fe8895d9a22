import type { AddonRollout } from '../../domain/addon-rollout.ts';
import { protocolTimes } from './timing.ts';
import type { SimulatedCluster } from './state.ts';

/** CoreDNS as kubeadm brings it. */
const replicas = 2;

/** kube-proxy's Pods are replaced one after the other, on Nodes that are Ready; CoreDNS' in the time of one. */
export function observeAddons({ at, nodes, addonsVersion, addonsSince }: SimulatedCluster): readonly AddonRollout[] {
  if (addonsVersion === undefined) return [];
  const reachable = nodes.filter(({ ready }) => ready === 'True').length;
  const replaced = addonsSince === undefined ? Infinity : Math.floor((at - addonsSince) / protocolTimes.addonPod);
  const updated = Math.min(reachable, replaced);
  const fresh = replaced > 0 ? replicas : 0;
  return [
    { name: 'kube-proxy', wanted: reachable, updated, available: updated, old: 0 },
    { name: 'coredns', wanted: replicas, updated: fresh, available: fresh, old: 0 },
  ];
}
