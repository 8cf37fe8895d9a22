import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { StepKind } from '../step.ts';
import { canonicalHash } from './canonical-hash.ts';
import type { MachineTemplate } from './machine-template.ts';
import { remember } from './remember.ts';
import type { Published } from './published-hashes.ts';

/** @param template of the control plane that is to be had next */
export function wantedPublished(desired: DesiredCluster, { version, olderEtcd }: Pick<MachineTemplate, 'version' | 'olderEtcd'>): Published {
  const wanted = publishedOf(desired, version);
  return olderEtcd === true ? { ...wanted, config: canonicalHash([wanted.config, 'older etcd']) } : wanted;
}

const publishedOf = remember(({ controlPlane, machineDeployments }: DesiredCluster, version: string): Published => {
  const { clusterConfiguration } = controlPlane;
  const { dns, imageRepository } = clusterConfiguration;
  const owners = [controlPlane, ...machineDeployments].map(({ name, machineMetadata, taints = [] }) => ({ name, machineMetadata, taints }));
  return {
    config: canonicalHash({ version, clusterConfiguration }),
    addons: canonicalHash({ version, dns, imageRepository }),
    nodes: canonicalHash(owners.toSorted((a, b) => (a.name < b.name ? -1 : 1))),
  };
});

/** A cluster holds what it was created with, until a change is accepted. */
export function publishedBefore(state: ClusterState): Published {
  return state.published ?? wantedPublished(state.desired, state.desired.controlPlane);
}

const published: Partial<Readonly<Record<StepKind, keyof Published>>> = { UploadConfig: 'config', UpgradeAddons: 'addons', UpdateNodes: 'nodes' };

/** That step has brought it there. */
export function recordPublished(state: ClusterState, step: { readonly kind: StepKind; readonly brings?: string }): ClusterState {
  const part = published[step.kind];
  if (part === undefined || step.brings === undefined) return state;
  return { ...state, published: { ...publishedBefore(state), [part]: step.brings } };
}
