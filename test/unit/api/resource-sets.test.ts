import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../../api/manifest-problem.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { collectSecrets } from '../../../api/secrets.ts';
import { parseGood } from './support/parse-good.ts';
import { configMap, NAMESPACE, NETWORK, resourceSet, secret, SET_TYPE, writeWith } from './support/provided-documents.ts';

const named = (kind: string, name: string) => ({ kind, name });
const annotated = (value: string) => ({ kind: 'Cluster', path: ['metadata', 'annotations'], value: { 'slipway.dev/network-addon': value } });
const problemsOf = (text: string): readonly string[] => {
  const result = parseManifest(text);
  return result.ok ? [] : result.problems.map(describeProblem);
};

describe('a ClusterResourceSet that selects the Cluster', () => {
  test('delivers its ConfigMaps and Secrets in their order, the texts of each in the order of their keys', () => {
    const base64 = Buffer.from(NAMESPACE.replace('extra', 'encoded')).toString('base64');
    const { cluster, warnings } = parseGood(
      writeWith([
        resourceSet('extras', [named('Secret', 'hidden'), named('ConfigMap', 'open')]),
        configMap('open', { 'b.yaml': NAMESPACE, 'a.json': '[{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "first"}}]' }),
        secret('hidden', { type: SET_TYPE, data: { 'a.yaml': base64 }, stringData: { 'b.yaml': NAMESPACE } }),
      ]),
    );
    expect(warnings).toEqual([]);
    expect(cluster.resourceSets).toEqual([
      {
        name: 'extras',
        strategy: 'ApplyOnce',
        resources: [
          { kind: 'Secret', name: 'hidden', content: { plain: `${NAMESPACE.replace('extra', 'encoded')}---\n${NAMESPACE}`.trimEnd() } },
          { kind: 'ConfigMap', name: 'open', content: { plain: `[{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "first"}}]\n---\n${NAMESPACE}`.trimEnd() } },
        ],
      },
    ]);
    expect(collectSecrets(cluster).map(({ path }) => path)).toEqual(['resourceSets[extras].Secret/hidden', 'resourceSets[extras].ConfigMap/open']);
    expect(cluster.networkAddon).toBeUndefined();
  });

  test.for<readonly [string, object, boolean]>([
    ['by a label', { matchLabels: { addons: 'all' } }, true],
    ['by another value', { matchLabels: { addons: 'none' } }, false],
    ['by a value of a list', { matchExpressions: [{ key: 'addons', operator: 'In', values: ['some', 'all'] }] }, true],
    ['by a value that it must not have', { matchExpressions: [{ key: 'addons', operator: 'NotIn', values: ['all'] }] }, false],
    ['by a label that is there', { matchExpressions: [{ key: 'addons', operator: 'Exists' }] }, true],
    ['by a label that is not there', { matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }, false],
    ['by both, of which one fails', { matchLabels: { addons: 'all' }, matchExpressions: [{ key: 'addons', operator: 'DoesNotExist' }] }, false],
  ])('is told %s', ([, clusterSelector, isSelected]) => {
    const manifest = writeWith([resourceSet('extras', [named('ConfigMap', 'open')], { clusterSelector }), configMap('open', { a: NAMESPACE })]);
    const { cluster, warnings } = parseGood(manifest);
    expect(cluster.resourceSets?.map(({ name }) => name)).toEqual(isSelected ? ['extras'] : undefined);
    expect(warnings.map((warning) => warning.includes('Not used: the Cluster has not the labels that are selected'))).toEqual(isSelected ? [] : [true]);
  });

  test('may be applied again and again', () => {
    const text = writeWith([resourceSet('extras', [named('ConfigMap', 'open')], { strategy: 'Reconcile' }), configMap('open', { a: NAMESPACE })]);
    expect(parseGood(text).cluster.resourceSets).toMatchObject([{ strategy: 'Reconcile' }]);
  });
});

describe('Slipway brings no network add-on of its own', () => {
  const operator = 'apiVersion: operator.tigera.io/v1\nkind: Installation\nmetadata: {name: default}\n';
  const multus = NETWORK.replace('/etc/cni/net.d', '/opt/example');
  test.for<readonly [string, string, string | undefined, boolean]>([
    ['where a DaemonSet reaches the network configuration of its Node', `${NAMESPACE}---\n${NETWORK}`, undefined, true],
    ['where there is something for the operator of Calico', operator, undefined, true],
    ['but where nothing delivered is one', `${NAMESPACE}---\n${multus}`, undefined, false],
    ['but where the Cluster says that Slipway brings it', NETWORK, 'slipway', false],
    ['where the Cluster says that it is provided', NAMESPACE, 'provided', true],
  ])('%s', ([, delivered, annotation, isProvided]) => {
    const documents = [resourceSet('net', [named('ConfigMap', 'net')]), configMap('net', { a: delivered })];
    const { cluster } = parseGood(writeWith(documents, ...(annotation === undefined ? [] : [annotated(annotation)])));
    expect(cluster.networkAddon).toBe(isProvided ? 'provided' : undefined);
  });

  test('but where the set that delivers one is for other clusters', () => {
    const other = { clusterSelector: { matchLabels: { addons: 'other' } } };
    const { cluster } = parseGood(writeWith([resourceSet('net', [named('ConfigMap', 'net')], other), configMap('net', { a: NETWORK })]));
    expect(cluster.networkAddon).toBeUndefined();
  });
});

describe('what is wrong about a ClusterResourceSet and what it names', () => {
  const open = configMap('open', { a: NAMESPACE });
  const set = resourceSet('extras', [named('ConfigMap', 'open')]);
  const setOf = (name: string) => resourceSet('extras', [named('Secret', name)]);
  test.for<readonly [string, readonly Parameters<typeof writeWith>[0][number][], RegExp]>([
    ['a ConfigMap that is not there', [set], /spec\.resources\[0\]\.name: Not found: "open": there is no ConfigMap of this name in the manifest; add a document of kind ConfigMap/],
    ['a ConfigMap of a similar name', [set, configMap('opem', { a: NAMESPACE })], /use "opem", or add a document/],
    ['a ConfigMap that nothing names', [open], /ConfigMap\/open: metadata\.name: Unused document: "open": nothing refers to this ConfigMap; name it in a ClusterResourceSet/],
    ['a Secret that nothing names', [secret('s', { stringData: { a: 'canary' } })], /Secret\/s: metadata\.name: Unused document: "s": nothing refers to this Secret/],
    ['a Secret of another type', [setOf('s'), secret('s', { stringData: { a: NAMESPACE } })], /Secret\/s: type: Unsupported value: .*; use "addons\.cluster\.x-k8s\.io\/resource-set"/],
    ['a Secret that is not base64', [setOf('s'), secret('s', { type: SET_TYPE, data: { a: 'canary canary' } })], /data\.a: Invalid value: \(hidden\): is not base64/],
    ['nothing in it', [set, configMap('open', {})], /data: Required value: \(hidden\): this ConfigMap delivers nothing/],
    ['a text that is no object', [set, configMap('open', { a: 'canary: {' })], /data\.a: Invalid value: \(hidden\): is not a list of Kubernetes objects/],
    ['an object without a name', [set, configMap('open', { a: 'apiVersion: v1\nkind: Namespace\n' })], /data\.a: Invalid value: \(hidden\): is not a list/],
    ['a selector that selects nothing', [resourceSet('extras', [named('ConfigMap', 'open')], { clusterSelector: {} }), open], /spec\.clusterSelector: Required value: must not be empty/],
    ['a selector without values', [resourceSet('extras', [named('ConfigMap', 'open')], { clusterSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }), open], /matchExpressions\[0\]\.values: Required value/],
    ['a resource twice', [resourceSet('extras', [named('ConfigMap', 'open'), named('ConfigMap', 'open')]), open], /spec\.resources\[1\]: Duplicate value/],
    ['another kind of resource', [resourceSet('extras', [named('Deployment', 'open')]), open], /spec\.resources\[0\]\.kind: Unsupported value: "Deployment"/],
    ['binary data', [set, configMap('open', { a: NAMESPACE }, { binaryData: { b: 'AAAA' } })], /binaryData: Forbidden/],
    ['a value that is no text', [set, { ...open, data: { a: 7 } }], /data\.a: Invalid value: \(hidden\): must be a string/],
    ['a key that is none', [set, { ...open, data: { 'canary passphrase': 'x', a: NAMESPACE } }], /data: Invalid value: \(hidden\): a key is not valid/],
  ])('%s', ([, documents, expected]) => {
    const problems = problemsOf(writeWith(documents));
    expect(problems).toContainEqual(expect.stringMatching(expected));
    expect(problems.join('\n')).not.toContain('canary');
  });

  test('an annotation that says nothing', () => {
    expect(problemsOf(writeWith([], annotated('flannel')))).toEqual([expect.stringContaining('use "slipway" or "provided"')]);
  });
});
