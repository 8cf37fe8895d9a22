import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { edit, FULL } from './support/edit-manifest.ts';

describe('names', () => {
  const WRONG = {
    document: 1,
    message: 'must be a DNS-1123 label',
    expected: 'use lower case letters, digits and "-", beginning and ending with a letter or digit, such as "demo-1"',
  };

  const NAMES = ['Full', 'full_a', '-full', 'full-', 'fu..ll', 'fu.ll', 'füll', 'ful l', '""', 'full/a', '"full\\n"'];
  test.for(NAMES)('the name %s', (name) => {
    const { text, line, column } = edit(FULL, 'metadata:\n  name: full\n', `metadata:\n  name: «${name}\n`);
    const result = parseManifest(text);
    const about = result.ok ? [] : result.problems.filter(({ path }) => path === 'metadata.name');
    expect(about).toMatchObject([{ ...WRONG, line, column }]);
  });

  test.for([
    ['metadata:\n  name: full\n', 50],
    ['metadata:\n  name: full-cp\n', 57],
    ['metadata:\n  name: full-md\n', 51],
  ] as const)('leave room for the suffixes of Machines: %s', ([find, max]) => {
    const reasonsFor = (length: number): readonly string[] => {
      const result = parseManifest(edit(FULL, find, `metadata:\n  name: «${'n'.repeat(length)}\n`).text);
      const problems = result.ok ? [] : result.problems;
      return problems.filter(({ path }) => path === 'metadata.name').map(({ reason }) => reason);
    };
    expect(reasonsFor(max)).not.toContain('Too long');
    expect(reasonsFor(max + 1)).toContain('Too long');
  });
});
