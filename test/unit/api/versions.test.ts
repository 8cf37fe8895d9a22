import { describe, expect, test } from 'vitest';
import { checkSkew, compareVersions, parseVersion } from '../../../api/validation/versions.ts';

/** From old to new. */
const IN_ORDER = [
  'v1.9.10',
  'v1.33.0-alpha.1',
  'v1.33.0-alpha.beta',
  'v1.33.0-beta.2',
  'v1.33.0-beta.11',
  'v1.33.0-rc.1',
  'v1.33.0-rc.1.0',
  'v1.33.0',
  'v1.33.10',
  'v1.34.0',
  'v2.0.0',
];

const parse = (text: string) => {
  const version = parseVersion(text);
  if (version === undefined) throw new Error(`${text} is not a version`);
  return version;
};

describe('versions', () => {
  test('are ordered as Semantic Versioning orders them', () => {
    const shuffled = [...IN_ORDER.slice(5), ...IN_ORDER.slice(0, 5).toReversed()];
    expect(shuffled.sort((a, b) => compareVersions(parse(a), parse(b)))).toEqual(IN_ORDER);
    for (const text of IN_ORDER) expect(compareVersions(parse(text), parse(text))).toBe(0);
  });

  test.for([
    '1.34.4',
    'v1.34',
    'v1',
    'v1.34.4.1',
    'v1.34.04',
    'V1.34.4',
    'v1.34.4-',
    'v1.34.4-rc..1',
    'v1.34.4+b',
    'v1.34.4\n',
    ' v1.34.4',
    'v1.34.4 ',
    'v99999.0.0',
    'latest',
    '',
  ])('%j is none', (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  test.for([
    ['v1.34.4', 'v1.34.4', true],
    ['v1.34.4', 'v1.34.0', true],
    ['v1.34.4', 'v1.31.0', true],
    ['v1.34.4', 'v1.30.14', false],
    ['v1.34.4', 'v1.34.5', false],
    ['v1.34.4', 'v1.35.0', false],
    ['v1.34.0', 'v1.34.0-rc.1', true],
    ['v1.34.0-rc.1', 'v1.34.0', false],
    ['v2.0.0', 'v1.34.0', false],
  ] as const)('a control plane of %s takes workers of %s: %s', ([controlPlane, workers, isTaken]) => {
    expect(checkSkew({ controlPlane, workers }) === undefined).toBe(isTaken);
  });
});
