import { assert, property, subarray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { formatPath } from '../../../api/validation/hidden.ts';
import { REMOVED_FIELDS, RENAMED_FIELDS } from '../../../api/validation/renamed-fields.ts';
import { readFixture } from './support/edit-manifest.ts';
import { listFields, readValue, rowsOf, type FieldRow } from './support/manifest-page.ts';
import { parseGood } from './support/parse-good.ts';
import { writeManifest, type Setting } from './support/small-manifest.ts';
import { toDevKinds, toV1Beta2, withField } from './support/to-v1beta2.ts';

const settingOf = ({ kind, path, cells }: FieldRow, cell = 1): Setting => ({ kind, path, value: readValue(cells[cell]) });

/** Whether v1beta2 and the Dev kinds have a field, here or elsewhere. */
const isEverywhere = ({ kind, path }: FieldRow): boolean =>
  !REMOVED_FIELDS.some(
    ({ kinds, v1beta1 }) => kinds.some((one) => one === kind) && `${formatPath(path)}.`.startsWith(`${v1beta1}.`),
  );

const FORMS = {
  'v1beta2 with Docker kinds': (text: string) => toV1Beta2(text),
  'v1beta2 with Dev kinds': (text: string) => toV1Beta2(text, { isDev: true }),
  'v1beta1 with Dev kinds': toDevKinds,
};

const rowsIn = (word: string) =>
  Object.entries(FORMS).flatMap(([form, convert]) =>
    listFields(word)
      .filter(isEverywhere)
      .map((row) => [`${form}: ${row.kind} ${formatPath(row.path)}: ${row.cells[1]}`, row, convert] as const),
  );

const adviceIn = (text: string): readonly string[] => {
  const result = parseManifest(text);
  const found = result.ok ? result.warnings : result.problems;
  // Messages name the kind that was written; the advice is the same.
  return found.map(({ reason, message, expected }) =>
    `${reason}: ${message}; ${expected}`.replaceAll('Dev', 'Docker'),
  );
};

/** Two fields together may be wrong where each is right by itself: then in every form. */
const clusterIn = (text: string) => {
  const result = parseManifest(text);
  return result.ok ? result.cluster : 'refused';
};

describe('every field of docs/manifests.md says the same in the other version, and of the Dev kinds', () => {
  test.for(rowsIn('honoured'))('honoured in %s', ([, row, convert]) => {
    const text = writeManifest(settingOf(row));
    expect(parseGood(convert(text))).toEqual(parseGood(text));
  });

  test.for(rowsIn('agrees'))('taken when it agrees in %s', ([, row, convert]) => {
    expect(parseGood(convert(writeManifest(settingOf(row))))).toEqual(parseGood(writeManifest()));
    const spoilt = parseManifest(convert(writeManifest(settingOf(row, 2))));
    const problems = spoilt.ok ? [] : spoilt.problems;
    expect(problems).toHaveLength(1);
    expect(problems[0]?.reason).not.toBe('Unknown field');
  });

  test.for([...rowsIn('warned'), ...rowsIn('refused')])('warned of or refused in %s', ([, row, convert]) => {
    const text = writeManifest(settingOf(row));
    const advice = adviceIn(text);
    expect(advice).not.toEqual([]);
    expect(adviceIn(convert(text))).toEqual(advice);
  });

  test('any honoured fields together', () => {
    const rows = listFields('honoured').filter(isEverywhere);
    const isSame = property(subarray(rows, { minLength: 2 }), (some) => {
      const text = writeManifest(...some.map((row) => settingOf(row)));
      for (const convert of Object.values(FORMS)) expect(clusterIn(convert(text))).toEqual(clusterIn(text));
    });
    expect(() => assert(isSame, { numRuns: 60 })).not.toThrow();
  });

  test.for(['full.yaml', 'shape-e2e.yaml', 'shape-development.yaml'])('%s', (name) => {
    const { cluster } = parseGood(readFixture(name));
    for (const convert of Object.values(FORMS)) expect(parseGood(convert(readFixture(name))).cluster).toEqual(cluster);
  });
});

const adviceFor = (text: string, { kind, field }: { readonly kind: string; readonly field: string }): readonly string[] => {
  const result = parseManifest(withField(text, { kind, path: field.split('.'), value: 'any' }));
  return result.ok ? [] : result.problems.filter(({ reason }) => reason === 'Unknown field').map(({ expected }) => expected);
};

describe('docs/manifests.md: a field of the other version is refused with the right spelling', () => {
  const [inV1Beta1, inV1Beta2] = [writeManifest(), toV1Beta2(writeManifest())];

  test('the page names the fields that the code knows', () => {
    const renamed = RENAMED_FIELDS.flatMap(({ kinds, v1beta1, v1beta2 }) => kinds.map((kind) => [kind, v1beta1, v1beta2]));
    expect(rowsOf('renamed')).toEqual(renamed);
    const removed = REMOVED_FIELDS.flatMap(({ kinds, v1beta1, instead }) => kinds.map((kind) => [kind, v1beta1, instead]));
    expect(rowsOf('removed')).toEqual(removed);
  });

  test.for(rowsOf('renamed'))('%s: %s is %s in v1beta2', ([kind = '', older = '', newer = '']) => {
    expect(adviceFor(inV1Beta1, { kind, field: newer })).toEqual([`in v1beta1 this is ${older}`]);
    expect(adviceFor(inV1Beta2, { kind, field: older })).toEqual([`in v1beta2 this is ${newer}`]);
  });

  test.for(rowsOf('removed'))('%s: %s is not in v1beta2', ([kind = '', field = '', instead]) => {
    expect(adviceFor(inV1Beta2, { kind, field })).toEqual([`${instead}: v1beta2 has no such field`]);
  });

  test('all that was moved out of one field is named', () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { deletePolicy: 'Oldest' }, remediation: { maxInFlight: 1 } };
    const text = withField(inV1Beta2, { kind: 'MachineDeployment', path: ['spec', 'strategy'], value: strategy });
    const result = parseManifest(text);
    expect(result.ok ? [] : result.problems).toMatchObject([
      { path: 'spec.strategy', expected: 'in v1beta2 this is spec.rollout.strategy, spec.deletion.order and spec.remediation' },
    ]);
  });
});
