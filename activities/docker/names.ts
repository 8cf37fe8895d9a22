import type { ClusterIdentity } from '../../domain/identity.ts';
import { nodeImage } from '../../node-image/versions.mjs';

/** What a Machine runs: the image named in its manifest, else the one that set-up made for its version. */
export function machineImage(machine: { readonly version: string; readonly customImage?: string }): string {
  return machine.customImage ?? nodeImage(machine.version);
}

export function networkName(cluster: ClusterIdentity): string {
  return `slipway-${cluster.name}`;
}

export function loadBalancerName(cluster: ClusterIdentity): string {
  return `${cluster.name}-lb`;
}
