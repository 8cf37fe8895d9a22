import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { DesiredCluster } from '../../../api/desired-cluster.ts';
import { describeProblem } from '../../../api/manifest-problem.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { FULL } from './support/edit-manifest.ts';
import { parseGood } from './support/parse-good.ts';

const withoutLines = (text: string, pattern: RegExp): string =>
  text
    .split('\n')
    .filter((line) => !pattern.test(line))
    .join('\n');

describe('a manifest that sets everything', () => {
  test('becomes the cluster that it describes, without warnings', async () => {
    const { cluster, warnings } = parseGood(FULL);
    await expect(`${JSON.stringify(cluster, undefined, 2)}\n`).toMatchFileSnapshot(
      '../../golden/api/full-cluster.json',
    );
    expect(warnings).toEqual([]);
  });

  test('means the same whatever the order of its documents', () => {
    const documents = FULL.split('---\n');
    const reversed = documents.toReversed().join('\n---\n');
    expect(parseGood(reversed).cluster).toEqual(parseGood(FULL).cluster);
  });

  test.for([
    ['comments and empty documents', `# first\n---\n# nothing\n---\n${FULL}---\n---\nnull\n---\n`],
    ['lines that end as on Windows', FULL.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${FULL}`],
    [
      'JSON',
      parseAllDocuments(FULL)
        .map((document) => JSON.stringify(document.toJS()))
        .join('\n---\n'),
    ],
    ['anchors', FULL.replace('name: full-infra\n  namespace: team-a', 'name: full-infra\n  namespace: &ns team-a')],
  ])('means the same with %s', ([, text = '']) => {
    expect(parseGood(text).cluster).toEqual(parseGood(FULL).cluster);
  });

  test('keeps MachineDeployments in the order of their names', () => {
    const documents = FULL.split('---\n');
    const deployment = documents.find((text) => text.includes('kind: MachineDeployment\n')) ?? '';
    const more = ['zeta', 'alpha'].map((name) => deployment.replace('name: full-md\n', `name: ${name}\n`));
    const { cluster } = parseGood([...documents, ...more].join('\n---\n'));
    expect(cluster.machineDeployments.map(({ name }) => name)).toEqual(['alpha', 'full-md', 'zeta']);
  });
});

describe('what is left out', () => {
  const MINIMAL = withoutLines(
    FULL.replaceAll('namespace: team-a', 'namespace:').replace(
      / {2}clusterNetwork:[\s\S]*?(?= {2}controlPlaneRef)/,
      '',
    ),
    /replicas:/,
  );

  test('has the defaults of Cluster API and kubeadm', () => {
    const { cluster } = parseGood(MINIMAL);
    expect(cluster.namespace).toBe('default');
    expect(cluster.controlPlane.replicas).toBe(1);
    expect(cluster.machineDeployments.map(({ replicas }) => replicas)).toEqual([1]);
    expect(cluster.network).toEqual({
      podCIDR: '192.168.0.0/16',
      serviceCIDR: '10.96.0.0/12',
      serviceDomain: 'cluster.local',
      apiServerPort: 6443,
    } satisfies DesiredCluster['network']);
  });

  test.for(['replicas: 3', 'replicas: 4'])('null means the same as nothing: %s', (find) => {
    const [absent, asNull] = [FULL.replace(`  ${find}\n`, ''), FULL.replace(find, 'replicas: null')];
    expect(parseGood(asNull).cluster).toEqual(parseGood(absent).cluster);
  });

  test('taints that are not set differ from no taints', () => {
    const { controlPlane } = parseGood(FULL).cluster;
    expect(controlPlane.initNodeRegistration).not.toHaveProperty('taints');
    expect(controlPlane.joinNodeRegistration.taints).toEqual([]);
  });
});

describe('problems of a whole file', () => {
  const SOURCE = { source: 'cluster.yaml' };

  test.for([
    ['', 'the manifest is empty'],
    ['# only a comment\n---\n', 'the manifest is empty'],
    [FULL.split('---\n').slice(1, 2).join(''), 'the manifest has no Cluster'],
  ])('%j has no Cluster', ([text = '', message = '']) => {
    const result = parseManifest(text, SOURCE);
    expect(result.ok ? [] : result.problems).toContainEqual({
      source: 'cluster.yaml',
      document: 1,
      path: '',
      line: 1,
      column: 1,
      reason: 'Required value',
      message,
      expected: 'add a document of kind Cluster; "slipway generate cluster NAME" prints a whole manifest',
    });
  });

  test('all come at once, in the order of the file', async () => {
    const text = FULL.replace('name: full\n', 'name: Full_1\n')
      .replace('10.201.0.0/20', '10.200.3.0/29')
      .replace('replicas: 3', 'replicas: 2')
      .replace('version: v1.34.4', 'version: 1.34')
      .replace('name: full-cp-machine', 'name: full-cp-machin')
      .replace('certSANs:', 'certSAN:')
      .replace('hostPath: /srv/data', 'hostPath: ../data')
      .replace('replicas: 4', 'replicas: "4"')
      .replace('version: v1.33.13', 'version: v1.29.0')
      .replace('effect: NoSchedule', 'effect: noSchedule')
      .replace('passwd: $6$salt$hash', 'passwd: hunter2');
    const result = parseManifest(text, SOURCE);
    const lines = result.ok ? [] : result.problems.map(describeProblem);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../golden/api/many-problems.txt');
  });

  test('are no more than anybody reads', () => {
    const labels = Array.from({ length: 1000 }, (_, index) => `    -${index}: a`).join('\n');
    const result = parseManifest(FULL.replace('    example.com/team: a', labels));
    const problems = result.ok ? [] : result.problems;
    expect(problems).toHaveLength(200);
    expect(problems.at(-1)).toMatchObject({ message: '801 more problems follow, which are not listed', path: '' });
  });

  test('bring nothing to the terminal that would change it', () => {
    const evil = String.raw`"\e[2J\u202eevil\n\x9b0m"`;
    const text = FULL.replaceAll('namespace: team-a', `namespace: ${evil}`)
      .replace('name: full-infra\n  namespace', `name: ${evil}\n  namespace`)
      .replace('    example.com/team: a', `    ${evil}: ${evil}`)
      .replace('kind: KubeadmConfigTemplate\nmetadata', `kind: ${evil}\nmetadata`);
    const result = parseManifest(text);
    const lines = result.ok ? [] : result.problems.map(describeProblem);
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter((line) => /[^\u0020-\u007e…]/.test(line))).toEqual([]);
  });

  test('a broken document does not hide what is wrong in the others', () => {
    const text = FULL.replace('replicas: 3', 'replicas: 2')

      .replace('kind: DockerCluster\nmetadata:\n', 'kind: DockerCluster\nmetadata: [\n');
    const result = parseManifest(text);
    const found = result.ok ? [] : result.problems.map(({ reason, path }) => [reason, path]);
    expect(found).toContainEqual(['Invalid value', 'spec.replicas']);
    expect(found.map(([reason]) => reason)).toContain('Syntax error');
    // The reference to the broken document is not reported: nobody can tell what is in it.
    expect(found.map(([reason]) => reason)).not.toContain('Not found');
  });
});
