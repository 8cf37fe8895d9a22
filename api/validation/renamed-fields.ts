import type { Kind } from '../kinds.ts';
import { isMap, valueAt, type ManifestDocument, type Path } from '../manifest-document.ts';

/** A field that v1beta2 has elsewhere, or under another name. */
export type RenamedField = { readonly kinds: readonly Kind[]; readonly v1beta1: string; readonly v1beta2: string };

const CONTROL_PLANE: readonly Kind[] = ['KubeadmControlPlane'];
const DEPLOYMENT: readonly Kind[] = ['MachineDeployment'];
const CONFIG = 'spec.kubeadmConfigSpec';

/** By Cluster API's own list of changes from v1.10 to v1.11. */
export const RENAMED_FIELDS: readonly RenamedField[] = [
  ...[
    ['machineTemplate.infrastructureRef', 'machineTemplate.spec.infrastructureRef'],
    ['machineTemplate.nodeDrainTimeout', 'machineTemplate.spec.deletion.nodeDrainTimeoutSeconds'],
    ['machineTemplate.nodeVolumeDetachTimeout', 'machineTemplate.spec.deletion.nodeVolumeDetachTimeoutSeconds'],
    ['machineTemplate.nodeDeletionTimeout', 'machineTemplate.spec.deletion.nodeDeletionTimeoutSeconds'],
    ['machineTemplate.readinessGates', 'machineTemplate.spec.readinessGates'],
    ['machineTemplate.taints', 'machineTemplate.spec.taints'],
    ['rolloutBefore', 'rollout.before'],
    ['rolloutAfter', 'rollout.after'],
    ['rolloutStrategy', 'rollout.strategy'],
    ['remediationStrategy', 'remediation'],
    ['machineNamingStrategy', 'machineNaming'],
    [
      'kubeadmConfigSpec.clusterConfiguration.apiServer.timeoutForControlPlane',
      'kubeadmConfigSpec.initConfiguration.timeouts.controlPlaneComponentHealthCheckSeconds',
    ],
  ].map(([before, after]) => ({ kinds: CONTROL_PLANE, v1beta1: `spec.${before}`, v1beta2: `spec.${after}` })),
  ...[
    ['strategy', 'rollout.strategy'],
    ['strategy.rollingUpdate.deletePolicy', 'deletion.order'],
    ['strategy.remediation', 'remediation'],
    ['rolloutAfter', 'rollout.after'],
    ['machineNamingStrategy', 'machineNaming'],
    ['minReadySeconds', 'template.spec.minReadySeconds'],
    ['template.spec.nodeDrainTimeout', 'template.spec.deletion.nodeDrainTimeoutSeconds'],
    ['template.spec.nodeVolumeDetachTimeout', 'template.spec.deletion.nodeVolumeDetachTimeoutSeconds'],
    ['template.spec.nodeDeletionTimeout', 'template.spec.deletion.nodeDeletionTimeoutSeconds'],
  ].map(([before, after]) => ({ kinds: DEPLOYMENT, v1beta1: `spec.${before}`, v1beta2: `spec.${after}` })),
];

/** A field of v1beta1 that v1beta2 has no more, and what to do instead. */
export type RemovedField = { readonly kinds: readonly Kind[]; readonly v1beta1: string; readonly instead: string };

const LEAVE_OUT = 'leave it out';
const NETWORK = 'set spec.clusterNetwork of the Cluster';

export const REMOVED_FIELDS: readonly RemovedField[] = [
  { kinds: DEPLOYMENT, v1beta1: 'spec.revisionHistoryLimit', instead: LEAVE_OUT },
  { kinds: DEPLOYMENT, v1beta1: 'spec.progressDeadlineSeconds', instead: LEAVE_OUT },
  { kinds: ['DockerMachineTemplate'], v1beta1: 'spec.template.spec.bootstrapped', instead: LEAVE_OUT },
  ...[
    ['clusterConfiguration.networking', NETWORK],
    ['clusterConfiguration.kubernetesVersion', 'set spec.version'],
    ['clusterConfiguration.clusterName', LEAVE_OUT],
    ['clusterConfiguration.apiVersion', LEAVE_OUT],
    ['clusterConfiguration.kind', LEAVE_OUT],
    ['initConfiguration.apiVersion', LEAVE_OUT],
    ['initConfiguration.kind', LEAVE_OUT],
    ['joinConfiguration.apiVersion', LEAVE_OUT],
    ['joinConfiguration.kind', LEAVE_OUT],
    ['useExperimentalRetryJoin', LEAVE_OUT],
  ].map(([field, instead = '']) => ({ kinds: CONTROL_PLANE, v1beta1: `${CONFIG}.${field}`, instead })),
  ...['joinConfiguration.apiVersion', 'joinConfiguration.kind', 'useExperimentalRetryJoin'].map((field) => ({
    kinds: ['KubeadmConfigTemplate'] as const,
    v1beta1: `spec.template.spec.${field}`,
    instead: LEAVE_OUT,
  })),
];

/** Fields of a reference, wherever it stands. */
const IN_REFERENCES: Readonly<Record<string, (reference: Readonly<Record<string, unknown>>) => string>> = {
  apiVersion: ({ apiVersion }) => `in v1beta2 this is apiGroup, the group without its version${quote(apiVersion)}`,
  apiGroup: () => 'in v1beta1 this is apiVersion, the group with a version',
  namespace: () => 'leave it out: v1beta2 has no such field, the namespace is that of the object itself',
  uid: () => 'leave it out: v1beta2 has no such field',
  resourceVersion: () => 'leave it out: v1beta2 has no such field',
  fieldPath: () => 'leave it out: v1beta2 has no such field',
};

const quote = (apiVersion: unknown): string => {
  const [group = ''] = typeof apiVersion === 'string' ? apiVersion.split('/') : [];
  return /^[a-z0-9.-]{1,253}$/.test(group) ? `: "${group}"` : '';
};

/** Where the Docker kinds have the fields that the Dev kinds have below backend.docker. */
const DOCKER_FIELDS: readonly { readonly docker: Kind; readonly dev: Kind; readonly place: string; readonly fields: readonly string[] }[] = [
  { docker: 'DockerCluster', dev: 'DevCluster', place: 'spec', fields: ['failureDomains', 'loadBalancer'] },
  {
    docker: 'DockerMachineTemplate',
    dev: 'DevMachineTemplate',
    place: 'spec.template.spec',
    fields: ['customImage', 'extraMounts', 'preLoadImages', 'bootstrapTimeout'],
  },
];

const describeBackend = (kind: unknown, path: Path): string | undefined => {
  const [place, key] = [path.slice(0, -1).join('.'), String(path.at(-1))];
  const known = DOCKER_FIELDS.find((one) => (one.docker === kind || one.dev === kind) && one.place === place);
  if (known?.docker === kind && key === 'backend') return `use a ${known?.dev}, or write the fields of backend.docker here`;
  return known?.dev === kind && known?.fields.includes(key) ? `write it as ${place}.backend.docker.${key}` : undefined;
};

/** What to write instead of an unknown field that the other version, or the kind of another name, has. */
export const findOtherSpelling = (document: ManifestDocument, path: Path): string | undefined => {
  const { kind, apiVersion } = document.value;
  const version = typeof apiVersion === 'string' ? apiVersion.split('/')[1] : undefined;
  if (version !== 'v1beta1' && version !== 'v1beta2') return undefined;
  const isOf = ({ kinds }: { readonly kinds: readonly Kind[] }): boolean => kinds.some((one) => one === kind);
  const field = path.join('.');
  const renamed = RENAMED_FIELDS.filter(isOf).map((names) => ({
    written: version === 'v1beta1' ? names.v1beta2 : names.v1beta1,
    right: version === 'v1beta1' ? names.v1beta1 : names.v1beta2,
  }));
  const below = renamed.filter(({ written }) => isWithin(written, field));
  const meant = new Set(listLeaves(valueAt(document, path), field).flatMap((leaf) => findLongest(below, leaf) ?? []));
  const right = below.filter((names) => meant.size === 0 || meant.has(names)).map((names) => names.right);
  if (right.length > 0) return `in ${version} this is ${joinNames(right)}`;
  const removed = version === 'v1beta2' ? REMOVED_FIELDS.filter(isOf).find(({ v1beta1 }) => v1beta1 === field) : undefined;
  if (removed !== undefined) return `${removed.instead}: v1beta2 has no such field`;
  return describeReference({ document, path, version }) ?? describeBackend(kind, path);
};

const isWithin = (field: string, parent: string): boolean => field === parent || field.startsWith(`${parent}.`);

/** Every field that is set at or below a value: what was moved elsewhere may be only one of them. */
const listLeaves = (value: unknown, field: string): readonly string[] =>
  isMap(value) && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, inner]) => listLeaves(inner, `${field}.${key}`))
    : [field];

const findLongest = <Names extends { readonly written: string }>(names: readonly Names[], leaf: string): Names | undefined =>
  names
    .filter(({ written }) => isWithin(leaf, written))
    .toSorted((a, b) => b.written.length - a.written.length)
    .at(0);

const joinNames = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const describeReference = ({
  document,
  path,
  version,
}: {
  readonly document: ManifestDocument;
  readonly path: Path;
  readonly version: 'v1beta1' | 'v1beta2';
}): string | undefined => {
  const [holder, key] = [path.at(-2), path.at(-1)];
  const isReference = typeof holder === 'string' && holder.endsWith('Ref') && typeof key === 'string';
  if (!isReference || (key === 'apiGroup') !== (version === 'v1beta1') || !Object.hasOwn(IN_REFERENCES, key)) return undefined;
  const reference = valueAt(document, path.slice(0, -1));
  return isMap(reference) ? IN_REFERENCES[key]?.(reference) : undefined;
};
