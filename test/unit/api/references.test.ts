import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { FULL } from './support/edit-manifest.ts';
import { testBadValues } from './support/test-bad-values.ts';

const NOT_FOUND = { reason: 'Not found' as const };

testBadValues('references of one document', {
  'of another API group': {
    find: 'apiVersion: infrastructure.cluster.x-k8s.io/v1beta1\n    kind: DockerCluster',
    replace: 'apiVersion: «cluster.x-k8s.io/v1beta1\n    kind: DockerCluster',
    document: 1,
    path: 'spec.infrastructureRef.apiVersion',
    reason: 'Unsupported value',
    value: '"cluster.x-k8s.io/v1beta1"',
    message: 'must refer to infrastructure.cluster.x-k8s.io',
    expected: 'use "infrastructure.cluster.x-k8s.io/v1beta1"',
  },
  'to another kind': {
    find: 'kind: DockerCluster\n    name',
    replace: 'kind: «AWSCluster\n    name',
    document: 1,
    path: 'spec.infrastructureRef.kind',
    reason: 'Unsupported value',
    value: '"AWSCluster"',
    message: 'must refer to a DockerCluster or a DevCluster',
    expected: 'use "DockerCluster" or "DevCluster"',
  },
  'of a version that is no longer served': {
    find: 'apiVersion: infrastructure.cluster.x-k8s.io/v1beta1\n    kind: DockerCluster',
    replace: 'apiVersion: «infrastructure.cluster.x-k8s.io/v1alpha4\n    kind: DockerCluster',
    document: 1,
    path: 'spec.infrastructureRef.apiVersion',
    reason: 'Unsupported value',
    value: '"infrastructure.cluster.x-k8s.io/v1alpha4"',
    message: 'v1alpha4 is no longer served by Cluster API',
    expected: 'use "infrastructure.cluster.x-k8s.io/v1beta2" or "infrastructure.cluster.x-k8s.io/v1beta1"',
  },
  'into another namespace': {
    find: 'name: full-cp\n    namespace: team-a',
    replace: 'name: full-cp\n    namespace: «team-b',
    document: 1,
    path: 'spec.controlPlaneRef.namespace',
    value: '"team-b"',
    message: 'must be the namespace of the object itself',
    expected: 'use "team-a", or leave it out',
  },
  'with a field of its own': {
    find: 'name: full-cp\n    namespace: team-a',
    replace: 'name: full-cp\n    uid: «1234',
    document: 1,
    path: 'spec.controlPlaneRef.uid',
    reason: 'Forbidden',
    value: '1234',
    message: 'a reference names its object by kind and name',
    expected: 'leave it out',
  },
  'to another Cluster': {
    find: 'spec:\n  clusterName: full\n',
    replace: 'spec:\n  clusterName: «fool\n',
    document: 5,
    path: 'spec.clusterName',
    ...NOT_FOUND,
    value: '"fool"',
    message: 'there is no Cluster of this name in the manifest',
    expected: 'use "full"',
  },
  'to another Cluster, by label': {
    find: 'node-role.kubernetes.io/worker: ""',
    replace: 'cluster.x-k8s.io/cluster-name: «fool',
    document: 5,
    path: 'spec.template.metadata.labels[cluster.x-k8s.io/cluster-name]',
    ...NOT_FOUND,
    value: '"fool"',
    message: 'there is no Cluster of this name in the manifest',
    expected: 'use "full"',
  },
  'from another namespace': {
    find: 'name: full-infra\n  namespace: team-a',
    replace: 'name: full-infra\n  namespace: «team-b',
    document: 2,
    path: 'metadata.namespace',
    value: '"team-b"',
    message: 'the object is in the namespace team-b, its Cluster in team-a',
    expected: 'use "team-a"',
  },
  'from no namespace': {
    find: 'metadata:\n  name: full-infra\n  namespace: team-a',
    replace: '«metadata:\n  name: full-infra',
    document: 2,
    path: 'metadata.namespace',
    message: 'the object is in the namespace default, its Cluster in team-a',
    expected: 'use "team-a"',
  },
  'of a MachineDeployment that is called like the control plane': {
    find: 'name: full-md\n',
    replace: 'name: «full-cp\n',
    document: 5,
    path: 'metadata.name',
    reason: 'Duplicate value',
    value: '"full-cp"',
    message: 'the KubeadmControlPlane has this name already, and Machines are called after it',
    expected: 'use a name such as "full-cp-md-0"',
  },
});

const findingsOf = (text: string) => {
  const result = parseManifest(text);
  const problems = result.ok ? [] : result.problems;
  return problems.map(({ document, path, reason, value, expected }) => [document, path, reason, value, expected]);
};

describe('references between documents', () => {
  test.for([
    ['name: full-infra\n---', 1, 'spec.infrastructureRef.name', 2, 'DockerCluster'],
    [
      'name: full-cp-machine\n  kubeadmConfigSpec',
      3,
      'spec.machineTemplate.infrastructureRef.name',
      4,
      'DockerMachineTemplate',
    ],
    ['name: full-md-config\n      infra', 5, 'spec.template.spec.bootstrap.configRef.name', 7, 'KubeadmConfigTemplate'],
    ['name: full-md-machine\n---', 5, 'spec.template.spec.infrastructureRef.name', 6, 'DockerMachineTemplate'],
  ] as const)('a name that leads nowhere leaves its document unused: %j', ([find, from, path, to, kind]) => {
    const target = find.split('\n')[0]?.replace('name: ', '') ?? '';
    const text = FULL.replace(find, find.replace(target, `${target}x`));
    expect(findingsOf(text)).toEqual([
      [from, path, 'Not found', `"${target}x"`, `use "${target}", or add a document of kind ${kind} and this name`],
      [to, 'metadata.name', 'Unused document', `"${target}"`, 'refer to it, or remove the document'],
    ]);
  });

  test('a reference without a name does not make its document look unused', () => {
    expect(findingsOf(FULL.replace('    name: full-cp\n    namespace: team-a\n', ''))).toEqual([
      [1, 'spec.controlPlaneRef.name', 'Required value', undefined, 'add it: a string'],
    ]);
  });

  test('a document twice, and two clusters in a file', () => {
    const [cluster = '', infrastructure = ''] = FULL.split('---\n');
    const second = cluster.replace('name: full\n', 'name: other\n');
    expect(findingsOf(`${FULL}---\n${infrastructure}---\n${second}`)).toEqual([
      [8, 'metadata.name', 'Duplicate value', '"full-infra"', 'rename or remove one of them'],
      [9, 'kind', 'Forbidden', '"Cluster"', 'put the other cluster into a file of its own'],
    ]);
  });

  test('a second control plane is a document that nothing refers to', () => {
    const controlPlane = FULL.split('---\n')[2]?.replace('name: full-cp\n', 'name: more-cp\n') ?? '';
    expect(findingsOf(`${FULL}---\n${controlPlane}`)).toEqual([
      [8, 'metadata.name', 'Unused document', '"more-cp"', 'refer to it, or remove the document'],
    ]);
  });

  test('MachineDeployments may share their templates', () => {
    const deployment = FULL.split('---\n')[4]?.replace('name: full-md\n', 'name: more-md\n') ?? '';
    expect(findingsOf(`${FULL}---\n${deployment}`)).toEqual([]);
  });
});
