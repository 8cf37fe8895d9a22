import { describe, expect, test } from 'vitest';
import { KIND_NAMES } from '../../../api/kinds.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { FULL } from './support/edit-manifest.ts';

const NO_PROVIDER =
  'Slipway makes machines with Docker and kubeadm: use DockerCluster, DockerMachineTemplate, KubeadmControlPlane and KubeadmConfigTemplate';
const WITH_DOCKER = 'Slipway makes machines with Docker';
const WITH_KUBEADM = 'Slipway makes clusters with kubeadm';
const WRITE_OUT = 'write the Cluster with a KubeadmControlPlane and MachineDeployments instead';

const SERVED = 'use "cluster.x-k8s.io/v1beta2" or "cluster.x-k8s.io/v1beta1"';

const problemsOf = (text: string) => {
  const result = parseManifest(text);
  return result.ok ? [] : result.problems;
};

describe('a kind that is known and not read is refused by name', () => {
  test.for([
    ['cluster.x-k8s.io/v1beta1', 'ClusterClass', WRITE_OUT],
    ['cluster.x-k8s.io/v1beta1', 'MachinePool', 'use a MachineDeployment'],
    [
      'cluster.x-k8s.io/v1beta1',
      'Machine',
      'use a KubeadmControlPlane or a MachineDeployment: Slipway makes their Machines',
    ],
    ['cluster.x-k8s.io/v1beta1', 'MachineHealthCheck', 'leave it out: this version replaces no unhealthy machines'],
    ['cluster.x-k8s.io/v1beta2', 'ClusterClass', WRITE_OUT],
    ['cluster.x-k8s.io/v1beta2', 'MachinePool', 'use a MachineDeployment'],
    ['infrastructure.cluster.x-k8s.io/v1beta2', 'DevMachinePool', 'use a MachineDeployment'],
    ['infrastructure.cluster.x-k8s.io/v1beta2', 'DevMachine', 'use a DevMachineTemplate'],
    ['infrastructure.cluster.x-k8s.io/v1beta2', 'AWSCluster', `use a DockerCluster: ${WITH_DOCKER}`],
    ['infrastructure.cluster.x-k8s.io/v1beta1', 'VSphereMachineTemplate', `use a DockerMachineTemplate: ${WITH_DOCKER}`],
    ['infrastructure.cluster.x-k8s.io/v1beta1', 'AzureMachinePool', 'use a MachineDeployment'],
    ['infrastructure.cluster.x-k8s.io/v1beta1', 'Metal3ClusterTemplate', WRITE_OUT],
    ['infrastructure.cluster.x-k8s.io/v1beta1', 'Metal3DataTemplate', NO_PROVIDER],
    ['controlplane.cluster.x-k8s.io/v1beta1', 'K0sControlPlane', `use a KubeadmControlPlane: ${WITH_KUBEADM}`],
    ['controlplane.cluster.x-k8s.io/v1beta1', 'RKE2ControlPlane', `use a KubeadmControlPlane: ${WITH_KUBEADM}`],
    ['controlplane.cluster.x-k8s.io/v1alpha3', 'TalosControlPlane', `use a KubeadmControlPlane: ${WITH_KUBEADM}`],
    ['bootstrap.cluster.x-k8s.io/v1beta1', 'RKE2ConfigTemplate', `use a KubeadmConfigTemplate: ${WITH_KUBEADM}`],
    ['addons.cluster.x-k8s.io/v1alpha1', 'HelmChartProxy', 'leave it out, and install the chart into the created cluster with helm'],
    ['v1', 'List', 'write its items as documents of their own, with --- between them'],
    ['apps/v1', 'Deployment', 'leave it out, and apply it to the created cluster with kubectl'],
    ['v1', 'Clusterr', 'did you mean Cluster?'],
    ['ipam.cluster.x-k8s.io/v1beta1', 'IPAddress', `use one of ${KIND_NAMES.join(', ')}`],
    ['cluster.x-k8s.io/v1beta1', 'MachineDeploymet', 'did you mean MachineDeployment?'],
  ])('%s %s', ([apiVersion = '', kind = '', expected = '']) => {
    const text = `${FULL}---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: more\n`;
    expect(problemsOf(text)).toEqual([
      {
        document: 8,
        kind,
        name: 'more',
        path: 'kind',
        line: FULL.split('\n').length + 2,
        column: 7,
        reason: 'Unsupported value',
        value: `"${kind}"`,
        message: `Slipway does not read the kind ${kind}`,
        expected,
      },
    ]);
  });
});

describe('an apiVersion that is not read is refused by name', () => {
  test.for([
    ['cluster.x-k8s.io/v1alpha2', 'v1alpha2 is no longer served by Cluster API'],
    ['cluster.x-k8s.io/v1alpha3', 'v1alpha3 is no longer served by Cluster API'],
    ['cluster.x-k8s.io/v1alpha4', 'v1alpha4 is no longer served by Cluster API'],
    ['cluster.x-k8s.io/v2', 'is not a version of Cluster'],
    ['cluster.x-k8s.io/v1beta22', 'is not a version of Cluster'],
    ['clusters.x-k8s.io/v1beta1', 'is not the API group of Cluster'],
    ['infrastructure.cluster.x-k8s.io/v1beta2', 'is not the API group of Cluster'],
    ['v1beta2', 'is not the API group of Cluster'],
  ])('%s', ([apiVersion = '', message = '']) => {
    const text = FULL.replace(
      'apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\n',
      `apiVersion: ${apiVersion}\nkind: Cluster\n`,
    );
    expect(problemsOf(text)).toMatchObject([
      {
        document: 1,
        path: 'apiVersion',
        line: 2,
        column: 13,
        reason: 'Unsupported value',
        value: `"${apiVersion}"`,
        message,
        expected: SERVED,
      },
    ]);
  });

  test('no kind, no apiVersion', () => {
    expect(problemsOf(FULL.replace('kind: Cluster\n', ''))).toMatchObject([
      { path: 'kind', line: 2, reason: 'Required value', expected: `use one of ${KIND_NAMES.join(', ')}` },
    ]);
    expect(
      problemsOf(FULL.replace('apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\n', 'kind: Cluster\n')),
    ).toMatchObject([
      { path: 'apiVersion', line: 2, reason: 'Required value', expected: SERVED },
    ]);
  });

  test('a file of an older version is refused document by document, without errors that follow from it', () => {
    const problems = problemsOf(FULL.replaceAll('/v1beta1', '/v1alpha4'));
    expect(problems.map(({ path }) => path)).toEqual(Array.from({ length: 7 }, () => 'apiVersion'));
  });
});
