import { DEFAULT_NETWORK } from '../defaults.ts';
import { problemAt, textAt, valueAt, type ManifestDocument, type Path } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import { ofKind, type Resource } from '../read-resources.ts';

const CONFIG: Path = ['spec', 'kubeadmConfigSpec'];
const NETWORK: Path = ['spec', 'clusterNetwork'];

type Setting = { readonly path: Path; readonly right: unknown; readonly source: string };

/** Fields of kubeadm's configuration that repeat what the Cluster or the KubeadmControlPlane says. */
const listSettings = (cluster: ManifestDocument, controlPlane: ManifestDocument): readonly Setting[] => {
  const read = (path: Path, fallback: unknown): unknown => valueAt(cluster, [...NETWORK, ...path]) ?? fallback;
  const port = { right: read(['apiServerPort'], DEFAULT_NETWORK.apiServerPort), source: "the Cluster's apiServerPort" };
  const networking: Path = ['clusterConfiguration', 'networking'];
  return [
    {
      path: [...networking, 'serviceSubnet'],
      right: read(['services', 'cidrBlocks', 0], DEFAULT_NETWORK.serviceCIDR),
      source: "the Cluster's services",
    },
    {
      path: [...networking, 'podSubnet'],
      right: read(['pods', 'cidrBlocks', 0], DEFAULT_NETWORK.podCIDR),
      source: "the Cluster's pods",
    },
    {
      path: [...networking, 'dnsDomain'],
      right: read(['serviceDomain'], DEFAULT_NETWORK.serviceDomain),
      source: "the Cluster's serviceDomain",
    },
    {
      path: ['clusterConfiguration', 'kubernetesVersion'],
      right: textAt(controlPlane, ['spec', 'version']),
      source: 'spec.version',
    },
    {
      path: ['clusterConfiguration', 'clusterName'],
      right: textAt(cluster, ['metadata', 'name']),
      source: "the Cluster's name",
    },
    { path: ['initConfiguration', 'localAPIEndpoint', 'bindPort'], ...port },
    { path: ['joinConfiguration', 'controlPlane', 'localAPIEndpoint', 'bindPort'], ...port },
  ];
};

/**
 * Cluster API fills these fields in itself, so manifests that were read back from it have them: they are taken when
 * they agree, and refused when they do not.
 */
export const checkRepeatedSettings = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  const [cluster] = ofKind(resources, 'Cluster');
  if (cluster === undefined) return [];
  return ofKind(resources, 'KubeadmControlPlane').flatMap(({ document }) =>
    listSettings(cluster.document, document).flatMap(({ path, right, source }) => {
      const value = valueAt(document, [...CONFIG, ...path]);
      if (value === undefined || value === null || value === '' || value === 0 || value === right) return [];
      const expected = right === undefined ? 'leave it out' : `leave it out, or use ${JSON.stringify(right)}`;
      return [problemAt(document, [...CONFIG, ...path], { message: `differs from ${source}`, expected })];
    }),
  );
};
