import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { makeManifestSchema, printManifestSchema } from '../../../api/manifest-schema.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { FULL, FULL_V1BETA2, readFixture } from './support/edit-manifest.ts';
import { listFields, readValue } from './support/manifest-page.ts';
import { writeManifest } from './support/small-manifest.ts';
import { toDevKinds, toV1Beta2, withField } from './support/to-v1beta2.ts';

const COMMITTED = new URL('../../../docs/manifest.schema.json', import.meta.url);
const EXAMPLES = new URL('../../../examples/', import.meta.url);

// doNotSuggest is read by editors alone.
const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true }).addVocabulary(['doNotSuggest']);
const check = ajv.compile(makeManifestSchema());

/** What an editor would underline: the place and what is wrong there. */
const findWrong = (text: string): readonly string[] =>
  parseAllDocuments(text)
    .map((document): unknown => document.toJS())
    .filter((value) => value !== null)
    .flatMap((value) => {
      check(value);
      return (check.errors ?? [])
        .filter(({ keyword }) => !['if', 'anyOf', 'allOf'].includes(keyword))
        .map(({ instancePath, keyword, params }) => `${instancePath.slice(1)} ${keyword} ${JSON.stringify(params)}`);
    });

describe('docs/manifest.schema.json', () => {
  test('is what "slipway generate schema" prints', () => {
    expect(readFileSync(COMMITTED, 'utf8'), 'write it anew: slipway generate schema > docs/manifest.schema.json').toBe(
      printManifestSchema(),
    );
  });
});

describe('the JSON schema takes what is valid', () => {
  const examples = readdirSync(EXAMPLES)
    .map((name) => [name, readFileSync(new URL(name, EXAMPLES), 'utf8')] as const)
    .filter(([, text]) => text.includes('kind: Cluster\n'));
  const fixtures = ['shape-development.yaml', 'shape-e2e.yaml', 'shape-e2e-v1beta2.yaml'].map(
    (name) => [name, readFixture(name)] as const,
  );

  test.for([...examples, ...fixtures, ['full', FULL] as const, ['full in v1beta2', FULL_V1BETA2] as const])('%s', ([, text]) => {
    expect(findWrong(text)).toEqual([]);
  });

  test('every field that docs/manifests.md calls honoured or taken', () => {
    const rows = ['honoured', 'agrees'].flatMap(listFields);
    const texts = rows.map(({ kind, path, cells }) => writeManifest({ kind, path, value: readValue(cells[1]) }));
    const valid = texts.flatMap((text) => [text, toV1Beta2(text), toDevKinds(text)]).filter((text) => parseManifest(text).ok);
    expect(valid.length).toBeGreaterThan(150);
    for (const text of valid) expect(findWrong(text)).toEqual([]);
  });

  test('null for what may be left out', () => {
    expect(findWrong(withField(FULL, { kind: 'MachineDeployment', path: ['spec', 'replicas'], value: null }))).toEqual([]);
    expect(findWrong(withField(FULL, { kind: 'KubeadmControlPlane', path: ['spec', 'version'], value: null }))).not.toEqual([]);
  });
});

type Mistake = { readonly kind: string; readonly path: string; readonly value: unknown; readonly wrong: string };

const OLDER = writeManifest();
const NEWER = toV1Beta2(OLDER, { isDev: true });

const spoil = (text: string, { kind, path, value }: Mistake): readonly string[] =>
  findWrong(withField(text, { kind, path: path.split('.'), value }));

const IN_BOTH: Readonly<Record<string, Mistake>> = {
  'a field that is not there': {
    kind: 'Cluster',
    path: 'spec.clusterNetworks',
    value: {},
    wrong: 'spec additionalProperties {"additionalProperty":"clusterNetworks"}',
  },
  'a number in quotes': {
    kind: 'MachineDeployment',
    path: 'spec.replicas',
    value: '3',
    wrong: 'spec/replicas type {"type":["integer","null"]}',
  },
  'an even control plane': {
    kind: 'KubeadmControlPlane',
    path: 'spec.replicas',
    value: 2,
    wrong: 'spec/replicas enum {"allowedValues":[1,3,5,7,null]}',
  },
  'a version without "v"': {
    kind: 'KubeadmControlPlane',
    path: 'spec.version',
    value: '1.34.4',
    wrong: `spec/version pattern ${JSON.stringify({ pattern: String.raw`^v\d+\.\d+\.\d+` })}`,
  },
  'a ClusterClass': {
    kind: 'Cluster',
    path: 'spec.topology',
    value: { classRef: { name: 'quick-start' } },
    wrong: 'spec/topology/classRef/name enum {"allowedValues":[null,"",0,false]}',
  },
  'another provider': {
    kind: 'Cluster',
    path: 'spec.infrastructureRef.kind',
    value: 'AWSCluster',
    wrong: 'spec/infrastructureRef/kind enum {"allowedValues":["DockerCluster","DevCluster"]}',
  },
  'a reference to nothing': {
    kind: 'Cluster',
    path: 'spec.controlPlaneRef',
    value: {},
    wrong: 'spec/controlPlaneRef required {"missingProperty":"name"}',
  },
  'another effect of a taint': {
    kind: 'KubeadmConfigTemplate',
    path: 'spec.template.spec.joinConfiguration.nodeRegistration.taints',
    value: [{ key: 'a', effect: 'No' }],
    wrong:
      'spec/template/spec/joinConfiguration/nodeRegistration/taints/0/effect enum {"allowedValues":["NoSchedule","PreferNoSchedule","NoExecute"]}',
  },
};

const OF_THE_OTHER_VERSION: Readonly<Record<string, Mistake & { readonly text: string }>> = {
  'a map of arguments in v1beta2': {
    text: NEWER,
    kind: 'KubeadmControlPlane',
    path: 'spec.kubeadmConfigSpec.clusterConfiguration.scheduler.extraArgs',
    value: { v: '2' },
    wrong: 'spec/kubeadmConfigSpec/clusterConfiguration/scheduler/extraArgs type {"type":["array","null"]}',
  },
  'a strategy in v1beta2': {
    text: NEWER,
    kind: 'MachineDeployment',
    path: 'spec.strategy',
    value: { type: 'RollingUpdate' },
    wrong: 'spec additionalProperties {"additionalProperty":"strategy"}',
  },
  'a rollout in v1beta1': {
    text: OLDER,
    kind: 'MachineDeployment',
    path: 'spec.rollout',
    value: {},
    wrong: 'spec additionalProperties {"additionalProperty":"rollout"}',
  },
  'a group in v1beta1': {
    text: OLDER,
    kind: 'Cluster',
    path: 'spec.controlPlaneRef.apiGroup',
    value: 'controlplane.cluster.x-k8s.io',
    wrong: 'spec/controlPlaneRef additionalProperties {"additionalProperty":"apiGroup"}',
  },
  'a version that is no longer served': {
    text: OLDER,
    kind: 'Cluster',
    path: 'apiVersion',
    value: 'cluster.x-k8s.io/v1alpha4',
    wrong: 'apiVersion enum {"allowedValues":["cluster.x-k8s.io/v1beta2","cluster.x-k8s.io/v1beta1"]}',
  },
};

describe('the JSON schema finds what is often wrong', () => {
  test.for(Object.entries(IN_BOTH))('%s', ([, mistake]) => {
    for (const text of [OLDER, NEWER]) expect(spoil(text, mistake)).toContainEqual(mistake.wrong);
  });

  test.for(Object.entries(OF_THE_OTHER_VERSION))('%s', ([, { text, ...mistake }]) => {
    expect(spoil(text, mistake)).toContainEqual(mistake.wrong);
  });

  test('a kind that is not read, and no kind', () => {
    expect(findWrong('apiVersion: cluster.x-k8s.io/v1beta2\nkind: MachinePool\n')).toEqual([expect.stringContaining('kind enum')]);
    expect(findWrong('apiVersion: cluster.x-k8s.io/v1beta2\n')).toEqual([' required {"missingProperty":"kind"}']);
  });
});
