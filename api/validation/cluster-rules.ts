import { LIMITS } from '../limits.ts';
import { problemAt, type Path } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import { isOfKind, type Resource } from '../read-resources.ts';
import type { ClusterManifest } from '../schema/cluster.ts';
import { DEFAULT_NETWORK } from '../defaults.ts';
import { readNodeMask } from './arguments.ts';
import { checkPodNetworkSize, checkServiceNetworkSize, overlaps, parseNetwork } from './networks.ts';
import { checkSkew } from './versions.ts';
import type { Wrong } from './wrong.ts';

type Found = readonly ManifestProblem[];

/** What a cluster's documents must agree on. Documents whose own shape is wrong are left out of the comparison. */
export const checkClusterRules = (resources: readonly Resource[]): Found => {
  const [clusters, controlPlanes] = [resources.filter(is('Cluster')), resources.filter(is('KubeadmControlPlane'))];
  const deployments = resources.filter(is('MachineDeployment'));
  return [
    ...clusters.flatMap((cluster) => checkNetworks({ cluster, controlPlane: controlPlanes[0], deployments })),
    ...deployments.flatMap((deployment) => checkDeployment({ deployment, clusterName: clusters[0]?.name })),
    ...deployments.flatMap((deployment) => checkDeploymentVersion(deployment, controlPlanes[0])),
    ...checkMachineCount(controlPlanes, deployments),
    ...checkMachineNames(controlPlanes, deployments),
  ];
};

const is =
  <K extends Resource['kind']>(kind: K) =>
  (resource: Resource): resource is Resource<K> =>
    isOfKind(resource, kind);

const problems = (resource: Resource, path: Path, wrong: Wrong | undefined): Found =>
  wrong === undefined ? [] : [problemAt(resource.document, path, wrong)];

const NETWORK_PATH = ['spec', 'clusterNetwork'] as const;

const checkNetworks = ({
  cluster,
  controlPlane,
  deployments,
}: {
  readonly cluster: Resource<'Cluster'>;
  readonly controlPlane: Resource<'KubeadmControlPlane'> | undefined;
  readonly deployments: readonly Resource<'MachineDeployment'>[];
}): Found => {
  if (cluster.manifest === undefined) return [];
  const ranges = readRanges(cluster.manifest);
  const [pods, services] = [parseNetwork(ranges.pods), parseNetwork(ranges.services)];
  if (pods === undefined || services === undefined) return [];
  const extraArgs =
    controlPlane?.manifest?.spec.kubeadmConfigSpec.clusterConfiguration?.controllerManager?.extraArgs ?? {};
  const machines =
    countControlPlane(controlPlane) + deployments.reduce((sum, deployment) => sum + countWorkers(deployment), 0);
  const [podPath, servicePath] = [
    [...NETWORK_PATH, 'pods', 'cidrBlocks', 0],
    [...NETWORK_PATH, 'services', 'cidrBlocks', 0],
  ];
  const tooSmall = checkPodNetworkSize({ network: pods, nodeMask: readNodeMask(extraArgs), machines });
  const shared: Wrong = {
    message: `overlaps the pod network ${ranges.pods}; kubeadm does not check this, and Services would not be reachable`,
    expected: 'use networks that have no address in common',
  };
  return [
    ...problems(cluster, podPath, tooSmall),
    ...problems(
      cluster,
      servicePath,
      checkServiceNetworkSize(services) ?? (overlaps(pods, services) ? shared : undefined),
    ),
  ];
};

const readRanges = ({ spec }: ClusterManifest): { readonly pods: string; readonly services: string } => ({
  pods: spec.clusterNetwork?.pods?.cidrBlocks[0] ?? DEFAULT_NETWORK.podCIDR,
  services: spec.clusterNetwork?.services?.cidrBlocks[0] ?? DEFAULT_NETWORK.serviceCIDR,
});

const countControlPlane = (resource: Resource<'KubeadmControlPlane'> | undefined): number =>
  resource === undefined ? 0 : (resource.manifest?.spec.replicas ?? 1);

const countWorkers = (resource: Resource<'MachineDeployment'>): number => resource.manifest?.spec.replicas ?? 1;

const checkDeployment = ({
  deployment,
  clusterName,
}: {
  readonly deployment: Resource<'MachineDeployment'>;
  readonly clusterName: string | undefined;
}): Found => {
  if (deployment.manifest === undefined) return [];
  const { spec } = deployment.manifest;
  const wrongName = (name: string): Wrong | undefined =>
    clusterName === undefined || name === clusterName
      ? undefined
      : {
          reason: 'Not found',
          message: 'there is no Cluster of this name in the manifest',
          expected: `use "${clusterName}"`,
        };
  const labels = spec.template.metadata?.labels ?? {};
  const selector = Object.entries(spec.selector?.matchLabels ?? {}).filter(([key]) => !IMPLIED_LABELS.has(key));
  return [
    ...problems(deployment, ['spec', 'clusterName'], wrongName(spec.clusterName)),
    ...problems(deployment, ['spec', 'template', 'spec', 'clusterName'], wrongName(spec.template.spec.clusterName)),
    ...selector
      .filter(([key, value]) => labels[key] !== value)
      .flatMap(([key, value]) =>
        problems(deployment, ['spec', 'selector', 'matchLabels', key], {
          message: 'the labels of spec.template.metadata do not match the selector',
          expected: `add the label ${key}: "${value}" to them, or leave the selector empty`,
        }),
      ),
    ...Object.entries(labels)
      .filter(([key, value]) => key === CLUSTER_LABEL && clusterName !== undefined && value !== clusterName)
      .flatMap(([key]) => problems(deployment, ['spec', 'template', 'metadata', 'labels', key], wrongName(''))),
  ];
};

const CLUSTER_LABEL = 'cluster.x-k8s.io/cluster-name';
/** Labels that every Machine of a MachineDeployment gets, whether the template names them or not. */
const IMPLIED_LABELS = new Set([CLUSTER_LABEL, 'cluster.x-k8s.io/deployment-name']);

const checkDeploymentVersion = (
  deployment: Resource<'MachineDeployment'>,
  controlPlane: Resource<'KubeadmControlPlane'> | undefined,
): Found => {
  const [workers, server] = [deployment.manifest?.spec.template.spec.version, controlPlane?.manifest?.spec.version];
  if (workers === undefined || server === undefined) return [];
  return problems(deployment, ['spec', 'template', 'spec', 'version'], checkSkew({ controlPlane: server, workers }));
};

const checkMachineCount = (
  controlPlanes: readonly Resource<'KubeadmControlPlane'>[],
  deployments: readonly Resource<'MachineDeployment'>[],
): Found => {
  let total = controlPlanes.reduce((sum, controlPlane) => sum + countControlPlane(controlPlane), 0);
  return deployments.flatMap((deployment) => {
    const before = total;
    total += countWorkers(deployment);
    if (before > LIMITS.machines || total <= LIMITS.machines) return [];
    return problems(deployment, ['spec', 'replicas'], {
      message: `makes ${total} machines in the cluster`,
      expected: `use at most ${LIMITS.machines} in all`,
    });
  });
};

/** Machines are called after their owners, and a Node's name must be its own. */
const checkMachineNames = (
  controlPlanes: readonly Resource<'KubeadmControlPlane'>[],
  deployments: readonly Resource<'MachineDeployment'>[],
): Found =>
  deployments
    .filter(({ name }) => controlPlanes.some((controlPlane) => controlPlane.name === name))
    .flatMap((deployment) =>
      problems(deployment, ['metadata', 'name'], {
        reason: 'Duplicate value',
        message: 'the KubeadmControlPlane has this name already, and Machines are called after it',
        expected: `use a name such as "${deployment.name}-md-0"`,
      }),
    );
