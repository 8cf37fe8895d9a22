import { describe, expect, test } from 'vitest';
import { KIND_NAMES } from '../../../api/kinds.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { FULL } from './support/edit-manifest.ts';

const NO_PROVIDER =
  'Slipway makes machines with Docker and kubeadm: use DockerCluster, DockerMachineTemplate, KubeadmControlPlane and KubeadmConfigTemplate';
const WRITE_OUT = 'write the Cluster with a KubeadmControlPlane and MachineDeployments instead';

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
    [
      'addons.cluster.x-k8s.io/v1beta1',
      'ClusterResourceSet',
      'leave it out: Slipway brings the network add-on; apply the rest with kubectl',
    ],
    ['infrastructure.cluster.x-k8s.io/v1beta1', 'DevCluster', 'use a DockerCluster'],
    ['infrastructure.cluster.x-k8s.io/v1beta1', 'DevMachineTemplate', 'use a DockerMachineTemplate'],
    ['infrastructure.cluster.x-k8s.io/v1beta2', 'AWSCluster', NO_PROVIDER],
    ['controlplane.cluster.x-k8s.io/v1beta1', 'K0sControlPlane', NO_PROVIDER],
    ['bootstrap.cluster.x-k8s.io/v1beta1', 'RKE2ConfigTemplate', NO_PROVIDER],
    ['v1', 'Secret', 'leave it out: Slipway makes the certificates; the contents of files belong into files[].content'],
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
    [
      'cluster.x-k8s.io/v1beta2',
      'v1beta2 is not read yet',
      'use "cluster.x-k8s.io/v1beta1", in which fields have other names',
    ],
    ['cluster.x-k8s.io/v1alpha4', 'v1alpha4 is no longer served by Cluster API', 'use "cluster.x-k8s.io/v1beta1"'],
    ['cluster.x-k8s.io/v2', 'is not a version of Cluster', 'use "cluster.x-k8s.io/v1beta1"'],
    ['clusters.example.com/v1beta1', 'is not the API group of Cluster', 'use "cluster.x-k8s.io/v1beta1"'],
  ])('%s', ([apiVersion = '', message = '', expected = '']) => {
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
        expected,
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
      { path: 'apiVersion', line: 2, reason: 'Required value', expected: 'use "cluster.x-k8s.io/v1beta1"' },
    ]);
  });

  test('a file of v1beta2 is refused document by document, without errors that follow from it', () => {
    const problems = problemsOf(FULL.replaceAll('/v1beta1', '/v1beta2'));
    expect(problems.map(({ path }) => path)).toEqual(Array.from({ length: 7 }, () => 'apiVersion'));
  });
});
