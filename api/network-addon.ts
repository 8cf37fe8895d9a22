/**
 * On a Cluster: who brings the network of pods, where what a ClusterResourceSet delivers does not show it.
 * docs/adr/0006 has the reasons.
 */
export const NETWORK_ADDON_ANNOTATION = 'slipway.dev/network-addon';
export const NETWORK_ADDON_VALUES = ['slipway', 'provided'] as const;
