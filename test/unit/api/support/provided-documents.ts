import { stringify } from 'yaml';
import { writeManifest, type Setting } from './small-manifest.ts';

export const SET_TYPE = 'addons.cluster.x-k8s.io/resource-set';

type Fields = Readonly<Record<string, unknown>>;

export const configMap = (name: string, data: Readonly<Record<string, string>>, rest: Fields = {}): Fields => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
  ...rest,
});

export const secret = (name: string, rest: Fields): Fields => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...rest });

/** Selects Clusters labelled `addons: all`, unless the rest says otherwise. */
export const resourceSet = (name: string, resources: readonly Fields[], rest: Fields = {}): Fields => ({
  apiVersion: 'addons.cluster.x-k8s.io/v1beta1',
  kind: 'ClusterResourceSet',
  metadata: { name },
  spec: { clusterSelector: { matchLabels: { addons: 'all' } }, resources, ...rest },
});

const LABELLED: Setting = { kind: 'Cluster', path: ['metadata', 'labels'], value: { addons: 'all' } };

/** The small manifest, its Cluster labelled `addons: all`, with more documents. */
export const writeWith = (documents: readonly Fields[], ...settings: readonly Setting[]): string =>
  [writeManifest(LABELLED, ...settings).trimEnd(), ...documents.map((document) => stringify(document, { aliasDuplicateObjects: false }).trimEnd())].join('\n---\n');

export const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: extra\n';

/** Reaches the container runtime's network configuration, as every network add-on does. */
export const NETWORK = stringify({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'net', namespace: 'kube-system' },
  spec: { template: { spec: { volumes: [{ name: 'run', hostPath: { path: '/run' } }, { name: 'cni', hostPath: { path: '/etc/cni/net.d' } }] } } },
});
