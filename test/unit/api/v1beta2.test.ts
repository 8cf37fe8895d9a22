import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../../api/manifest-problem.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { FULL, FULL_V1BETA2, readFixture } from './support/edit-manifest.ts';
import { parseGood } from './support/parse-good.ts';
import { writeManifest } from './support/small-manifest.ts';
import { testBadValues } from './support/test-bad-values.ts';
import { toDevKinds, toV1Beta2, withField } from './support/to-v1beta2.ts';

describe('a manifest of v1beta2', () => {
  test('is read as its twin of v1beta1 is', () => {
    expect(parseGood(FULL_V1BETA2)).toEqual(parseGood(FULL));
    const newer = parseGood(readFixture('shape-e2e-v1beta2.yaml'));
    const older = parseGood(readFixture('shape-e2e.yaml'));
    expect(newer.cluster).toEqual(older.cluster);
    expect(newer.warnings).toHaveLength(older.warnings.length);
  });

  test('may be mixed with documents of v1beta1, in any way', () => {
    const [older, newer] = [FULL, FULL_V1BETA2].map((text) => text.split('---\n'));
    const mixtures = Array.from({ length: 2 ** (older?.length ?? 0) }, (_, mixture) =>
      older?.map((document, index) => ((mixture >> index) % 2 === 0 ? document : (newer?.[index] ?? ''))).join('---\n'),
    );
    expect(mixtures).toHaveLength(128);
    for (const text of mixtures) expect(parseGood(text ?? '').cluster).toEqual(parseGood(FULL).cluster);
  });

  test('a reference of v1beta1 may name the version of its object', () => {
    const text = FULL.replace(
      'apiVersion: infrastructure.cluster.x-k8s.io/v1beta1\n    kind: DockerCluster',
      'apiVersion: infrastructure.cluster.x-k8s.io/v1beta2\n    kind: DockerCluster',
    );
    expect(text).not.toBe(FULL);
    expect(parseGood(text)).toEqual(parseGood(FULL));
  });

  test('gives a flag several times, in the order of the list', () => {
    const issuers = ['https://new.example', 'https://old.example'].map((value) => ({ name: 'service-account-issuer', value }));
    const path = ['spec', 'kubeadmConfigSpec', 'clusterConfiguration', 'apiServer', 'extraArgs'];
    const value = [issuers[0], { name: 'v', value: '2' }, issuers[1]];
    const text = withField(toV1Beta2(writeManifest()), { kind: 'KubeadmControlPlane', path, value });
    expect(parseGood(text).cluster.controlPlane.clusterConfiguration.apiServer.extraArgs).toEqual({
      'service-account-issuer': ['https://new.example', 'https://old.example'],
      v: '2',
    });
  });

  test('warns of arguments at the entry of the list', () => {
    const path = ['spec', 'template', 'spec', 'joinConfiguration', 'nodeRegistration', 'kubeletExtraArgs'];
    const value = [
      { name: 'cgroup-driver', value: 'systemd' },
      { name: 'bootstrap-token', value: 's3cr3t' },
    ];
    const { warnings } = parseGood(withField(toV1Beta2(writeManifest()), { kind: 'KubeadmConfigTemplate', path, value }));
    expect(warnings).toEqual([
      expect.stringContaining('kubeletExtraArgs[0]: Not used'),
      expect.stringContaining('kubeletExtraArgs[1]: Insecure: looks like a secret'),
    ]);
  });

  test('is refused with the paths and lines of its own text', async () => {
    const spoilt = FULL_V1BETA2.replace('apiGroup: controlplane.cluster.x-k8s.io', 'apiVersion: controlplane.cluster.x-k8s.io/v1beta2')
      .replace('name: full-cp-machine\n', 'name: full-cp-machin\n')
      .replace('replicas: 3\n', 'replicas: 2\n  rolloutStrategy:\n    type: RollingUpdate\n')
      .replace('          - name: audit-log-maxage\n            value: "7"', '          audit-log-maxage: "7"')
      .replace('node-cidr-mask-size\n            value: "25"', 'node-cidr-mask-size\n            value: "8"')
      .replace('- name: max-pods', '- nmae: max-pods')
      .replace('  replicas: 4\n', '  replicas: 4\n  minReadySeconds: 0\n');
    const result = parseManifest(spoilt, { source: 'cluster.yaml' });
    const text = result.ok ? '' : result.problems.map(describeProblem).join('\n');
    await expect(`${text}\n`).toMatchFileSnapshot('../../golden/api/problems-v1beta2.txt');
  });
});

const SCHEDULER = 'spec.kubeadmConfigSpec.clusterConfiguration.scheduler.extraArgs';
const KUBELET = 'spec.kubeadmConfigSpec.joinConfiguration.nodeRegistration.kubeletExtraArgs';

testBadValues(
  'arguments of v1beta2',
  {
    'the same twice': {
      find: '          - name: v\n            value: "2"',
      replace: '          - name: v\n            value: "2"\n          - «name: v\n            value: "2"',
      document: 3,
      path: `${SCHEDULER}[1]`,
      reason: 'Duplicate value',
      message: 'is there already, with the same value',
      expected: 'keep one of them',
    },
    'a name with dashes': {
      find: '- name: v\n',
      replace: '- name: «--v\n',
      document: 3,
      path: `${SCHEDULER}[0].name`,
      value: '"--v"',
      message: "the argument's name is not valid",
      expected: 'write "v", without dashes before it',
    },
    'without a value': {
      find: '- name: v\n            value: "2"',
      replace: '- «name: v',
      document: 3,
      path: `${SCHEDULER}[0].value`,
      reason: 'Required value',
      message: 'is missing',
      expected: 'add it: a string',
    },
    'a number': {
      find: 'value: "2"\n',
      replace: 'value: «2\n',
      document: 3,
      path: `${SCHEDULER}[0].value`,
      value: '2',
      message: 'must be a string',
      expected: 'quote it: "2"',
    },
    'one that Slipway sets': {
      find: '- name: v\n',
      replace: '- name: «kubeconfig\n',
      document: 3,
      path: `${SCHEDULER}[0].name`,
      reason: 'Forbidden',
      value: '"kubeconfig"',
      message: 'kubeadm and Slipway set this argument of kube-scheduler',
      expected: 'leave it out',
    },
    'a bad value': {
      find: '- name: max-pods\n            value: "50"',
      replace: '- name: node-labels\n            value: «"=a"',
      document: 3,
      path: `${KUBELET}[0].value`,
      value: '"=a"',
      message: 'is not a list of labels',
      expected: 'write "key=value,other=value"',
    },
  },
  FULL_V1BETA2,
);

const OLDER = ['infrastructure.cluster.x-k8s.io', 'DockerCluster'] as const;

testBadValues(
  'references of v1beta2',
  {
    'a group with a version': {
      find: `apiGroup: ${OLDER[0]}\n    kind: ${OLDER[1]}`,
      replace: `apiGroup: «${OLDER[0]}/v1beta2\n    kind: ${OLDER[1]}`,
      document: 1,
      path: 'spec.infrastructureRef.apiGroup',
      reason: 'Unsupported value',
      value: '"infrastructure.cluster.x-k8s.io/v1beta2"',
      message: 'must be a group without a version',
      expected: 'use "infrastructure.cluster.x-k8s.io"',
    },
    'another group': {
      find: `apiGroup: ${OLDER[0]}\n    kind: ${OLDER[1]}`,
      replace: `apiGroup: «cluster.x-k8s.io\n    kind: ${OLDER[1]}`,
      document: 1,
      path: 'spec.infrastructureRef.apiGroup',
      reason: 'Unsupported value',
      value: '"cluster.x-k8s.io"',
      message: 'must refer to infrastructure.cluster.x-k8s.io',
      expected: 'use "infrastructure.cluster.x-k8s.io"',
    },
  },
  FULL_V1BETA2,
);

const withTimeLimit = (configuration: string, field: string, value: unknown): string => {
  const path = ['spec', 'kubeadmConfigSpec', configuration, 'timeouts', `${field}Seconds`];
  return withField(toV1Beta2(writeManifest()), { kind: 'KubeadmControlPlane', path, value });
};

describe('a time limit of v1beta2', () => {
  const FIELDS = ['controlPlaneComponentHealthCheck', 'kubeletHealthCheck', 'kubernetesAPICall', 'etcdAPICall', 'tlsBootstrap', 'discovery'];

  test.for(FIELDS)('%s is read', (field) => {
    expect(parseGood(withTimeLimit('initConfiguration', field, 77)).cluster.controlPlane.init?.timeouts).toEqual({ [field]: 77 });
    expect(parseGood(withTimeLimit('joinConfiguration', field, 77)).cluster.controlPlane.join?.timeouts).toEqual({ [field]: 77 });
  });

  test.for(FIELDS)('%s is refused when it is not a number of seconds', (field) => {
    for (const value of ['4m', -1, 0.5]) {
      const result = parseManifest(withTimeLimit('joinConfiguration', field, value));
      const path = `spec.kubeadmConfigSpec.joinConfiguration.timeouts.${field}Seconds`;
      expect(result.ok ? [] : result.problems).toMatchObject([{ path, reason: 'Invalid value' }]);
    }
  });
});

const backendOf = (kind: string): readonly string[] =>
  kind === 'DevCluster' ? ['spec', 'backend'] : ['spec', 'template', 'spec', 'backend'];

describe('DevCluster and DevMachineTemplate', () => {
  const DEV = toDevKinds(writeManifest());

  test('are read as DockerCluster and DockerMachineTemplate', () => {
    expect(parseGood(DEV)).toEqual(parseGood(writeManifest()));
  });

  test.for([
    ['DevCluster', 'spec.failureDomains', 'write it as spec.backend.docker.failureDomains'],
    ['DevMachineTemplate', 'spec.template.spec.customImage', 'write it as spec.template.spec.backend.docker.customImage'],
    ['DockerCluster', 'spec.backend', 'use a DevCluster, or write the fields of backend.docker here'],
    ['DockerMachineTemplate', 'spec.template.spec.backend', 'use a DevMachineTemplate, or write the fields of backend.docker here'],
  ] as const)('the place of a field of the others is told: %s %s', ([kind, field, expected]) => {
    const text = kind.startsWith('Dev') ? DEV : writeManifest();
    const result = parseManifest(withField(text, { kind, path: field.split('.'), value: 'any' }));
    expect(result.ok ? [] : result.problems).toMatchObject([{ path: field, reason: 'Unknown field', expected }]);
  });

  test('may stand beside the Docker kinds, names told apart by kind', () => {
    const machine = { kind: 'DockerMachineTemplate', path: ['spec', 'template', 'spec', 'customImage'], value: 'example.com/node:1' };
    const dev = DEV.split('---\n').find((document) => document.includes('\nkind: DevMachineTemplate\n')) ?? '';
    const text = `${writeManifest(machine).replace('kind: DockerMachineTemplate\n      name', 'kind: DevMachineTemplate\n      name')}---\n${dev}`;
    const { cluster } = parseGood(text);
    expect(cluster.controlPlane.infrastructure.customImage).toBeUndefined();
    expect(cluster.machineDeployments[0]?.infrastructure.customImage).toBe('example.com/node:1');
  });

  test.for([
    ['DevCluster', { docker: {}, inMemory: {} }, 'inMemory', 'leave out docker or inMemory'],
    ['DevCluster', {}, 'docker', 'add it: docker: {}'],
    ['DevMachineTemplate', { docker: null }, 'docker', 'add it: docker: {}'],
    ['DevMachineTemplate', { dokcer: {} }, 'dokcer', 'did you mean docker?'],
  ] as const)('%s with the backend %j is refused', ([kind, value, field, expected]) => {
    const result = parseManifest(withField(DEV, { kind, path: backendOf(kind), value }));
    const path = [...backendOf(kind), field].join('.');
    expect(result.ok ? [] : result.problems).toContainEqual(expect.objectContaining({ path, expected }));
  });
});
