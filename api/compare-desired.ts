import type { DesiredCluster, DesiredMachineDeployment } from './desired-cluster.ts';
import { findDifferences, hideSecrets } from './find-differences.ts';

/** One field that differs between two versions of a cluster, as the manifest calls it. */
export type DesiredChange = {
  /**
   * "Cluster/demo.spec.clusterNetwork.serviceDomain"; of a template, with the object that refers to it:
   * "DockerMachineTemplate(MachineDeployment/demo-md-0).spec.template.spec.customImage"
   */
  readonly field: string;
  /** undefined: was not set. Secrets are "(hidden)". */
  readonly from: unknown;
  /** undefined: is no longer set. */
  readonly to: unknown;
  readonly effect: ChangeEffect;
};

/**
 * What a change means for a cluster that exists.
 *  immutable  it can never take it
 *  machines   Machines come or go; those that stay are not touched
 *  record     nothing outside Slipway's record changes: an object's own labels and annotations
 *  rollout    Machines would have to be replaced
 */
export type ChangeEffect = 'immutable' | 'machines' | 'record' | 'rollout';

type Field = {
  readonly path: readonly string[];
  /** The object that holds the field, when it is another than the one compared. */
  readonly kind?: string;
  readonly field: string;
  /** 'rollout' unless given. */
  readonly effect?: ChangeEffect;
};

const NETWORK = 'spec.clusterNetwork';
const CLUSTER_FIELDS: readonly Field[] = [
  { path: ['name'], field: 'metadata.name', effect: 'immutable' },
  { path: ['namespace'], field: 'metadata.namespace', effect: 'immutable' },
  { path: ['metadata'], field: 'metadata', effect: 'record' },
  { path: ['network', 'podCIDR'], field: `${NETWORK}.pods.cidrBlocks`, effect: 'immutable' },
  { path: ['network', 'serviceCIDR'], field: `${NETWORK}.services.cidrBlocks`, effect: 'immutable' },
  { path: ['network', 'serviceDomain'], field: `${NETWORK}.serviceDomain`, effect: 'immutable' },
  { path: ['network', 'apiServerPort'], field: `${NETWORK}.apiServerPort`, effect: 'immutable' },
  { path: ['controlPlane', 'name'], field: 'spec.controlPlaneRef.name', effect: 'immutable' },
  { path: ['pki'], kind: 'Secret', field: 'data', effect: 'immutable' },
  { path: ['resourceSets'], kind: 'ClusterResourceSet', field: 'spec', effect: 'immutable' },
  { path: ['networkAddon'], kind: 'ClusterResourceSet', field: 'spec.resources', effect: 'immutable' },
  { path: ['backupSchedule'], kind: 'BackupSchedule', field: 'spec', effect: 'record' },
];

/** Read when a Machine goes: nothing has to be done for them before. */
const deletionFields = (owner: string): readonly Field[] => [
  { path: ['deletion', 'drainTimeoutMs'], field: `${owner}.nodeDrainTimeout`, effect: 'record' },
  { path: ['deletion', 'volumeDetachTimeoutMs'], field: `${owner}.nodeVolumeDetachTimeout`, effect: 'record' },
  { path: ['deletion'], field: `${owner}.nodeDrainTimeout`, effect: 'record' },
];

const CONFIG = 'spec.kubeadmConfigSpec';
const MACHINE: Field = { path: ['infrastructure'], kind: 'DockerMachineTemplate', field: 'spec.template.spec' };
const CONTROL_PLANE_FIELDS: readonly Field[] = [
  MACHINE,
  { path: ['metadata'], field: 'metadata', effect: 'record' },
  { path: ['replicas'], field: 'spec.replicas', effect: 'machines' },
  { path: ['version'], field: 'spec.version' },
  { path: ['machineMetadata'], field: 'spec.machineTemplate.metadata' },
  ...deletionFields('spec.machineTemplate'),
  { path: ['clusterConfiguration', 'etcd'], field: `${CONFIG}.clusterConfiguration.etcd.local` },
  { path: ['clusterConfiguration'], field: `${CONFIG}.clusterConfiguration` },
  { path: ['initNodeRegistration'], field: `${CONFIG}.initConfiguration.nodeRegistration` },
  { path: ['joinNodeRegistration'], field: `${CONFIG}.joinConfiguration.nodeRegistration` },
  { path: ['bootstrap'], field: CONFIG },
];

const TEMPLATE = 'spec.template.spec';
const DEPLOYMENT_FIELDS: readonly Field[] = [
  MACHINE,
  { path: ['metadata'], field: 'metadata', effect: 'record' },
  { path: ['replicas'], field: 'spec.replicas', effect: 'machines' },
  { path: ['version'], field: `${TEMPLATE}.version` },
  { path: ['machineMetadata'], field: 'spec.template.metadata' },
  ...deletionFields(TEMPLATE),
  { path: ['deletePolicy'], field: 'spec.strategy.rollingUpdate.deletePolicy', effect: 'record' },
  {
    path: ['nodeRegistration'],
    kind: 'KubeadmConfigTemplate',
    field: `${TEMPLATE}.joinConfiguration.nodeRegistration`,
  },
  { path: ['bootstrap'], kind: 'KubeadmConfigTemplate', field: TEMPLATE },
];

/**
 * What differs between two versions of one cluster, field by field; empty: nothing. The order of keys, and of
 * MachineDeployments, does not count. Secrets are compared as they stand: bring both to the same form before.
 */
export const compareDesired = (previous: DesiredCluster, next: DesiredCluster): readonly DesiredChange[] => [
  ...compareFields({
    previous: selectClusterFields(previous),
    next: selectClusterFields(next),
    fields: CLUSTER_FIELDS,
    owner: `Cluster/${next.name}`,
  }),
  ...compareFields({
    previous: selectControlPlaneFields(previous),
    next: selectControlPlaneFields(next),
    fields: CONTROL_PLANE_FIELDS,
    owner: `KubeadmControlPlane/${next.controlPlane.name}`,
  }),
  ...compareDeployments(previous.machineDeployments, next.machineDeployments),
];

const selectClusterFields = ({ machineDeployments: _deployments, controlPlane, ...fields }: DesiredCluster) => ({
  ...fields,
  controlPlane: { name: controlPlane.name },
});

const selectControlPlaneFields = ({ controlPlane: { name: _name, ...fields } }: DesiredCluster) => fields;

const compareDeployments = (
  previous: readonly DesiredMachineDeployment[],
  next: readonly DesiredMachineDeployment[],
): readonly DesiredChange[] => {
  const names = [...new Set([...previous, ...next].map(({ name }) => name))].toSorted();
  return names.flatMap((name): readonly DesiredChange[] => {
    const [before, after] = [previous, next].map((list) => list.find((deployment) => deployment.name === name));
    const field = `MachineDeployment/${name}`;
    if (before !== undefined && after !== undefined) {
      return compareFields({ previous: before, next: after, fields: DEPLOYMENT_FIELDS, owner: field });
    }
    return [{ field, from: summarise(before), to: summarise(after), effect: 'machines' }];
  });
};

const summarise = (deployment: DesiredMachineDeployment | undefined): unknown =>
  deployment === undefined ? undefined : { replicas: deployment.replicas, version: deployment.version };

const compareFields = ({
  previous,
  next,
  fields,
  owner,
}: {
  readonly previous: unknown;
  readonly next: unknown;
  readonly fields: readonly Field[];
  readonly owner: string;
}): readonly DesiredChange[] =>
  findDifferences(previous, next).map(({ path, from, to }) => {
    // A field that the tables do not know yet is named as it stands, never passed over.
    const known = fields.find((field) => field.path.every((part, index) => path[index] === part));
    const { path: prefix, kind, field, effect = 'rollout' } = known ?? { path: [], field: '' };
    const rest = path.slice(prefix.length).map((part) => (/^[\w-]+$/.test(part) ? `.${part}` : `[${part}]`));
    const object = kind === undefined ? owner : `${kind}(${owner})`;
    return {
      field: `${object}.${field}${rest.join('')}`.replace('..', '.'),
      from: hideSecrets(from),
      to: hideSecrets(to),
      effect,
    };
  });
