import { DEFAULT_NETWORK } from '../defaults.ts';
import { problemAt, type Path } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import { isOfKind, type Resource } from '../read-resources.ts';

const CONFIG: Path = ['spec', 'kubeadmConfigSpec'];

/**
 * Some fields of kubeadm's configuration say again what the Cluster or the KubeadmControlPlane says. Cluster API fills
 * them in itself, so manifests read back from it have them: taken when they agree, refused when they do not.
 */
export const checkRepeatedSettings = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  const cluster = resources.find((resource) => isOfKind(resource, 'Cluster'));
  return resources
    .filter((resource) => isOfKind(resource, 'KubeadmControlPlane'))
    .flatMap((resource) => {
      const [spec, network] = [resource.manifest?.spec, cluster?.manifest?.spec.clusterNetwork];
      if (spec === undefined || cluster?.manifest === undefined) return [];
      const { clusterConfiguration, initConfiguration, joinConfiguration } = spec.kubeadmConfigSpec;
      const { networking } = clusterConfiguration ?? {};
      const port = network?.apiServerPort ?? DEFAULT_NETWORK.apiServerPort;
      const services = network?.services?.cidrBlocks[0] ?? DEFAULT_NETWORK.serviceCIDR;
      const pods = network?.pods?.cidrBlocks[0] ?? DEFAULT_NETWORK.podCIDR;
      const domain = network?.serviceDomain ?? DEFAULT_NETWORK.serviceDomain;
      const joinEndpoint = joinConfiguration?.controlPlane?.localAPIEndpoint;
      const settings: readonly (readonly [path: Path, value: unknown, right: unknown, source: string])[] = [
        [
          ['clusterConfiguration', 'networking', 'serviceSubnet'],
          networking?.serviceSubnet,
          services,
          "the Cluster's services",
        ],
        [['clusterConfiguration', 'networking', 'podSubnet'], networking?.podSubnet, pods, "the Cluster's pods"],
        [
          ['clusterConfiguration', 'networking', 'dnsDomain'],
          networking?.dnsDomain,
          domain,
          "the Cluster's serviceDomain",
        ],
        [
          ['clusterConfiguration', 'kubernetesVersion'],
          clusterConfiguration?.kubernetesVersion,
          spec.version,
          'spec.version',
        ],
        [
          ['clusterConfiguration', 'clusterName'],
          clusterConfiguration?.clusterName,
          cluster.name,
          "the Cluster's name",
        ],
        [
          ['initConfiguration', 'localAPIEndpoint', 'bindPort'],
          initConfiguration?.localAPIEndpoint?.bindPort,
          port,
          "the Cluster's apiServerPort",
        ],
        [
          ['joinConfiguration', 'controlPlane', 'localAPIEndpoint', 'bindPort'],
          joinEndpoint?.bindPort,
          port,
          "the Cluster's apiServerPort",
        ],
      ];
      return settings
        .filter(([, value, right]) => value !== undefined && value !== '' && value !== 0 && value !== right)
        .map(([path, , right, source]) =>
          problemAt(resource.document, [...CONFIG, ...path], {
            message: `differs from ${source}`,
            expected: `leave it out, or use ${JSON.stringify(right)}`,
          }),
        );
    });
};
