import { describe, expect, test } from 'vitest';
import { compareDesired } from '../../../api/compare-desired.ts';
import type { DesiredCluster } from '../../../api/desired-cluster.ts';
import { mapSecrets } from '../../../api/secrets.ts';
import { FULL } from './support/edit-manifest.ts';
import { parseGood } from './support/parse-good.ts';

const compareWith = (find: string, replace: string) => {
  if (FULL.split(find).length !== 2) throw new Error(`"${find}" does not stand once in the manifest`);
  return compareDesired(parseGood(FULL).cluster, parseGood(FULL.replace(find, () => replace)).cluster);
};

const CONTROL_PLANE = 'KubeadmControlPlane/full-cp.spec';
const CONFIG = `${CONTROL_PLANE}.kubeadmConfigSpec`;
const DEPLOYMENT = 'MachineDeployment/full-md';

describe('two versions of a cluster', () => {
  test('that are the same have no changes, whatever the order of keys', () => {
    const { cluster } = parseGood(FULL);
    const { podCIDR, serviceCIDR, serviceDomain, apiServerPort } = cluster.network;
    const { name, namespace, metadata, controlPlane, machineDeployments } = cluster;
    const network = { apiServerPort, serviceDomain, serviceCIDR, podCIDR };
    const shuffled: DesiredCluster = { machineDeployments, controlPlane, network, metadata, namespace, name };
    expect(Object.keys(shuffled)).not.toEqual(Object.keys(cluster));
    expect(compareDesired(cluster, shuffled)).toEqual([]);
    expect(compareDesired(cluster, structuredClone(cluster))).toEqual([]);
  });

  test.for<readonly [find: string, replace: string, field: string, from: unknown, to: unknown, effect: string]>([
    ['replicas: 3', 'replicas: 5', `${CONTROL_PLANE}.replicas`, 3, 5, 'machines'],
    ['version: v1.34.4', 'version: v1.34.5', `${CONTROL_PLANE}.version`, 'v1.34.4', 'v1.34.5', 'rollout'],
    ['replicas: 4', 'replicas: 0', `${DEPLOYMENT}.spec.replicas`, 4, 0, 'machines'],
    ['version: v1.33.13', 'version: v1.34.4', `${DEPLOYMENT}.spec.template.spec.version`, 'v1.33.13', 'v1.34.4', 'rollout'],
    [
      '- 10.200.0.0/16',
      '- 10.202.0.0/16',
      'Cluster/full.spec.clusterNetwork.pods.cidrBlocks',
      '10.200.0.0/16',
      '10.202.0.0/16',
      'immutable',
    ],
    [
      '- 10.201.0.0/20',
      '- 10.202.0.0/20',
      'Cluster/full.spec.clusterNetwork.services.cidrBlocks',
      '10.201.0.0/20',
      '10.202.0.0/20',
      'immutable',
    ],
    [
      'serviceDomain: full.local',
      'serviceDomain: a.local',
      'Cluster/full.spec.clusterNetwork.serviceDomain',
      'full.local',
      'a.local',
      'immutable',
    ],
    ['apiServerPort: 7443', 'apiServerPort: 6443', 'Cluster/full.spec.clusterNetwork.apiServerPort', 7443, 6443, 'immutable'],
    ['example.com/team: a', 'example.com/team: b', 'Cluster/full.metadata.labels[example.com/team]', 'a', 'b', 'record'],
    [
      'example.com/part: control-plane',
      'example.com/part: cp',
      'KubeadmControlPlane/full-cp.metadata.labels[example.com/part]',
      'control-plane',
      'cp',
      'record',
    ],
    [
      'audit-log-maxage: "7"',
      'audit-log-maxage: "8"',
      `${CONFIG}.clusterConfiguration.apiServer.extraArgs.audit-log-maxage`,
      '7',
      '8',
      'rollout',
    ],
    [
      'imageTag: 3.6.6-0',
      'imageTag: 3.6.7-0',
      `${CONFIG}.clusterConfiguration.etcd.local.imageTag`,
      '3.6.6-0',
      '3.6.7-0',
      'rollout',
    ],
    ['        taints: []\n', '', `${CONFIG}.joinConfiguration.nodeRegistration.taints`, [], undefined, 'rollout'],
    [
      '          - 192.0.2.10\n',
      '',
      `${CONFIG}.clusterConfiguration.apiServer.certSANs`,
      ['api.example.com', '192.0.2.10'],
      ['api.example.com'],
      'rollout',
    ],
    ['- echo before', '- echo earlier', `${CONFIG}.preKubeadmCommands`, ['(hidden)'], ['(hidden)'], 'rollout'],
    [
      'customImage: registry.example.com:5000/slipway/node:v1.34.4',
      'customImage: a/b:c',
      'DockerMachineTemplate(KubeadmControlPlane/full-cp).spec.template.spec.customImage',
      'registry.example.com:5000/slipway/node:v1.34.4',
      'a/b:c',
      'rollout',
    ],
  ])('%j becomes %j', ([find, replace, field, from, to, effect]) => {
    expect(compareWith(find, replace)).toEqual([{ field, from, to, effect }]);
  });

  test('secrets that changed are named and not shown', () => {
    const { cluster } = parseGood(FULL);
    const changed = mapSecrets(cluster, (_value, path) => ({ plain: `canary ${path}` }));
    const changes = compareDesired(cluster, changed);
    expect(changes.map(({ field }) => field)).toEqual([
      `${CONFIG}.files`,
      `${CONFIG}.postKubeadmCommands`,
      `${CONFIG}.preKubeadmCommands`,
      `${CONFIG}.users`,
      `KubeadmConfigTemplate(${DEPLOYMENT}).spec.template.spec.files`,
    ]);
    expect(JSON.stringify(changes)).not.toMatch(/canary|plain text|salt/);
  });

  test('MachineDeployments come and go by name, their order does not count', () => {
    const { cluster } = parseGood(FULL);
    const [first] = cluster.machineDeployments;
    if (first === undefined) throw new Error('The full manifest has a MachineDeployment');
    const two: DesiredCluster = { ...cluster, machineDeployments: [{ ...first, name: 'a' }, first] };
    expect(compareDesired(two, { ...two, machineDeployments: two.machineDeployments.toReversed() })).toEqual([]);
    const size = { replicas: 4, version: 'v1.33.13' };
    expect(compareDesired(cluster, two)).toEqual([
      { field: 'MachineDeployment/a', from: undefined, to: size, effect: 'machines' },
    ]);
    expect(compareDesired(two, cluster)).toEqual([
      { field: 'MachineDeployment/a', from: size, to: undefined, effect: 'machines' },
    ]);
  });

  test('another control plane cannot take the place of the first', () => {
    const { cluster } = parseGood(FULL);
    const changes = compareDesired(cluster, { ...cluster, controlPlane: { ...cluster.controlPlane, name: 'other' } });
    expect(changes).toEqual([
      { field: 'Cluster/full.spec.controlPlaneRef.name', from: 'full-cp', to: 'other', effect: 'immutable' },
    ]);
  });

  test('a label may have a name that JavaScript knows', () => {
    const { cluster } = parseGood(FULL);
    const labels = { ...cluster.metadata.labels, constructor: 'x' };
    const next: DesiredCluster = { ...cluster, metadata: { ...cluster.metadata, labels } };
    const field = 'Cluster/full.metadata.labels.constructor';
    expect(compareDesired(cluster, next)).toEqual([{ field, from: undefined, to: 'x', effect: 'record' }]);
  });

  test('a field that nobody has named yet is reported by its own name', () => {
    const { cluster } = parseGood(FULL);
    const newer = { ...cluster, paused: true };
    expect(compareDesired(cluster, newer)).toEqual([
      { field: 'Cluster/full.paused', from: undefined, to: true, effect: 'rollout' },
    ]);
  });

  test('every field of a cluster has a name: no change goes unseen', () => {
    const { cluster } = parseGood(FULL);
    const unseen = listLeaves(cluster).filter((path) => compareDesired(cluster, withLeaf(cluster, path)).length === 0);
    expect(unseen).toEqual([]);
  });
});

type Path = readonly (string | number)[];

const listLeaves = (value: unknown, path: Path = []): readonly Path[] => {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => listLeaves(inner, [...path, key]));
};

const withLeaf = (cluster: DesiredCluster, path: Path): DesiredCluster => {
  const copy = structuredClone(cluster);
  const parent = path.slice(0, -1).reduce<unknown>((value, part) => Reflect.get(Object(value), part), copy);
  Reflect.set(Object(parent), path.at(-1) ?? '', 'changed');
  return copy;
};
