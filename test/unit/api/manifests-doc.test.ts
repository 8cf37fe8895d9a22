import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { compareDesired } from '../../../api/compare-desired.ts';
import { DEFAULT_FILE } from '../../../api/defaults.ts';
import type { DesiredCluster } from '../../../api/desired-cluster.ts';
import { apiVersionsOf, KIND_NAMES } from '../../../api/kinds.ts';
import { LIMITS, NAME_LENGTHS } from '../../../api/limits.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { collectSecrets } from '../../../api/secrets.ts';
import { formatPath } from '../../../api/validation/hidden.ts';
import { renderProblems } from '../../../cli/render/problems.ts';
import { listFields, PAGE, readPath, readValue, rowsOf, type FieldRow } from './support/manifest-page.ts';
import { parseGood } from './support/parse-good.ts';
import { writeManifest, type Setting } from './support/small-manifest.ts';

const problemsOf = (text: string) => {
  const result = parseManifest(text);
  return result.ok ? [] : result.problems;
};

const settingOf = ({ kind, path, cells }: FieldRow, cell = 1): Setting => ({
  kind,
  path,
  value: readValue(cells[cell]),
});
const titled = (rows: readonly FieldRow[]) =>
  rows.map((row) => [`${row.kind} ${formatPath(row.path)}: ${row.cells[1]}`, row] as const);
const SMALL = parseGood(writeManifest()).cluster;

/** A field of its own, not an entry of a list or of a map of arguments, for which null means something else. */
const isField = ({ path }: FieldRow): boolean =>
  !path.includes(0) && !path.some((part) => String(part).endsWith('Args'));
const isForbidden = (row: FieldRow): boolean =>
  problemsOf(writeManifest(settingOf(row))).every(({ reason }) => reason === 'Forbidden');

const exampleOf = (title: string): string =>
  PAGE.split(`<!-- example: ${title} -->\n`)[1]?.split('```')[1]?.replace(/^[a-z]*\n/, '') ?? '';

describe('docs/manifests.md: fields', () => {
  test.for(titled(listFields('honoured')))('honoured: %s', ([, row]) => {
    const { cluster, warnings } = parseGood(writeManifest(settingOf(row)));
    expect(warnings).toEqual([]);
    expect(cluster).not.toEqual(SMALL);
  });

  test.for(titled(listFields('agrees')))('taken when it agrees: %s', ([, row]) => {
    expect(parseGood(writeManifest(settingOf(row)))).toEqual({ cluster: SMALL, warnings: [] });
    const problems = problemsOf(writeManifest(settingOf(row, 2)));
    expect(problems.map(({ path }) => path)).toEqual([expect.stringContaining(formatPath(row.path))]);
  });

  test.for(titled(listFields('warned')))('warned of: %s', ([, row]) => {
    const result = parseManifest(writeManifest(settingOf(row)));
    const warnings = result.ok ? result.warnings : [];
    const texts = warnings.map(({ reason, message, expected }) => `${reason}: ${message}; ${expected}`);
    expect(texts).toEqual([row.cells[2]?.replace('of a KIND', `of a ${row.kind}`)]);
    expect(warnings[0]?.path).toContain(formatPath(row.path));
  });

  test.for(titled(listFields('refused')))('refused: %s', ([, row]) => {
    const problems = problemsOf(writeManifest(settingOf(row)));
    expect(problems.map(({ expected }) => expected)).toEqual([row.cells[2]]);
    expect(problems[0]?.path).toContain(formatPath(row.path));
    expect(problems[0]?.reason).not.toBe('Unknown field');
  });

  test.for(titled(listFields('refused').filter((row) => isField(row) && isForbidden(row))))(
    'accepted while it is not set: %s',
    ([, row]) => {
      for (const value of [null, '', 0, false, [], {}]) {
        expect(parseGood(writeManifest({ ...settingOf(row), value })).cluster).toEqual(SMALL);
      }
    },
  );
});

describe('docs/manifests.md: kinds and references', () => {
  test('every kind is there with its versions', () => {
    const rows = rowsOf('kinds').map(([kind, group, versions = '']) => [
      kind,
      versions.split(', ').map((version) => (group === '' ? version : `${group}/${version}`)),
    ]);
    expect(rows).toEqual(KIND_NAMES.map((kind) => [kind, apiVersionsOf(kind)]));
  });

  test.for(rowsOf('refused kinds'))('%s is refused', ([kind, expected]) => {
    const text = `${writeManifest()}---\napiVersion: v1\nkind: ${kind}\nmetadata: {name: more}\n`;
    expect(problemsOf(text)).toMatchObject([{ path: 'kind', reason: 'Unsupported value', expected }]);
  });

  test.for(rowsOf('references'))('%s %s', ([kind = '', field = '', to = '']) => {
    const at = (part: string, value: string) => writeManifest({ kind, path: [...readPath(field), part], value });
    const kinds = to.split(' or ').map((name) => `"${name}"`);
    expect(problemsOf(at('kind', 'Other'))).toMatchObject([{ path: `${field}.kind`, expected: `use ${kinds.join(' or ')}` }]);
    const problems = problemsOf(at('name', 'missing'));
    expect(problems).toContainEqual(expect.objectContaining({ path: `${field}.name`, reason: 'Not found' }));
  });
});

/** Replicas that are left out are marked, so that an apply keeps those that the cluster has; the number is the same. */
const withoutMarks = (cluster: DesiredCluster): unknown =>
  JSON.parse(JSON.stringify(cluster, (key, value: unknown) => (key === 'replicasLeftOut' ? undefined : value)));

describe('docs/manifests.md: defaults and limits', () => {
  test.for(rowsOf('defaults'))('%s %s is %s unless set', ([kind = '', field = '', value]) => {
    const { cluster } = parseGood(writeManifest({ kind, path: readPath(field), value: readValue(value) }));
    expect(withoutMarks(cluster)).toEqual(withoutMarks(SMALL));
  });

  test('a file has the owner and the permissions that the page names', () => {
    expect(PAGE).toContain(`\`${DEFAULT_FILE.owner}\` and has the permissions \`${DEFAULT_FILE.permissions}\``);
  });

  test('the numbers are those of the code', () => {
    const { cluster, controlPlane, machineDeployment } = NAME_LENGTHS;
    const limits = [cluster, controlPlane, machineDeployment, LIMITS.controlPlaneReplicas, LIMITS.machines];
    const sizes = [LIMITS.textLength, LIMITS.annotationBytes, LIMITS.manifestBytes, LIMITS.clusterBytes];
    const expected = [...limits, ...sizes, LIMITS.yamlNodes, LIMITS.yamlDepth, LIMITS.problems];
    expect(rowsOf('limits').map(([, most]) => Number(most))).toEqual(expected);
  });

  test.for(rowsOf('lists'))('%s %s has %s entries at most', ([kind = '', field = '', most, entry = '']) => {
    const fill = (count: number): string => {
      const items = Array.from({ length: count }, (_, index) => readValue(entry.replaceAll('#', String(index))));
      const value: unknown = field.endsWith('labels') ? Object.assign({}, ...items) : items;
      return writeManifest({ kind, path: readPath(field), value });
    };
    expect(problemsOf(fill(Number(most)))).toEqual([]);
    expect(problemsOf(fill(Number(most) + 1))).toMatchObject([{ path: field, reason: 'Too long' }]);
  });
});

describe('docs/manifests.md: secrets, changes, examples', () => {
  test.for(rowsOf('secrets'))('%s is a secret', ([field = '', value]) => {
    const path = ['spec', 'kubeadmConfigSpec', ...readPath(field)];
    const { cluster } = parseGood(writeManifest({ kind: 'KubeadmControlPlane', path, value: readValue(value) }));
    expect(collectSecrets(cluster)).toEqual([
      {
        path: expect.stringContaining(formatPath(readPath(field))),
        value: { plain: expect.stringContaining('canary') },
      },
    ]);
  });

  test.for(rowsOf('changes'))('%s %s', ([kind = '', field = '', value, shown, when]) => {
    const { cluster } = parseGood(writeManifest({ kind, path: readPath(field), value: readValue(value) }));
    const effects: Readonly<Record<string, readonly string[]>> = { never: ['immutable'], now: ['machines', 'record'], 'in place': ['nodes'], replaced: ['rollout'] };
    const [change] = compareDesired(SMALL, cluster);
    expect(change?.field).toBe(shown);
    expect(effects[when ?? '']).toContain(change?.effect);
  });

  test('the example is valid, and brings the errors that are shown when it is spoilt', () => {
    const text = exampleOf('manifest');
    expect(parseGood(text).warnings).toEqual([]);
    const spoilt = text
      .replace('replicas: 1', 'replicas: 2')
      .replace('      version: v1.34.4', '      version: v1.35.0');
    const result = parseManifest(spoilt, { source: 'demo.yaml' });
    const shown = result.ok ? '' : renderProblems(result.problems, pc.createColors(false));
    expect(shown.trimEnd()).toBe(exampleOf('errors').trimEnd());
  });
});
