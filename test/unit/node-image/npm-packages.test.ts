import { describe, expect, test } from 'vitest';
import { isInstalled } from '../../../node-image/setup/npm-packages.mjs';

const locked = {
  packages: {
    '': { version: '0.0.1' },
    'node_modules/yaml': { version: '2.9.1', integrity: 'sha512-a' },
    'node_modules/binding-darwin': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  },
};
const yaml = { 'node_modules/yaml': { version: '2.9.1', integrity: 'sha512-a' } };

describe('npm packages', () => {
  test.each([
    ['all there, without the optional one of another system', { packages: yaml }, true],
    ['one more than locked', { packages: { ...yaml, 'node_modules/extra': { version: '1.0.0' } } }, true],
    ['nothing', {}, false],
    ['another version', { packages: { 'node_modules/yaml': { version: '2.9.0', integrity: 'sha512-a' } } }, false],
    ['other content', { packages: { 'node_modules/yaml': { version: '2.9.1', integrity: 'sha512-z' } } }, false],
    [
      'an optional one of another version',
      { packages: { ...yaml, 'node_modules/binding-darwin': { version: '0.9.0', integrity: 'sha512-b' } } },
      false,
    ],
  ])('%s: %o', (_, installed, expected) => {
    expect(isInstalled(locked, installed)).toBe(expected);
  });
});
