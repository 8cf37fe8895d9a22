import { describe, expect, test } from 'vitest';
import type { ManifestProblem } from '../../../../api/manifest-problem.ts';
import { parseManifest } from '../../../../api/parse-manifest.ts';
import { edit, FULL } from './edit-manifest.ts';

export type BadValue = Pick<ManifestProblem, 'document' | 'path' | 'message' | 'expected'> & {
  /** Stands once in the full manifest. */
  readonly find: string;
  /** "«" marks the place where the problem is expected. */
  readonly replace: string;
  /** "Invalid value" unless set. */
  readonly reason?: ManifestProblem['reason'];
  /** As it is shown; left out: no value is shown. */
  readonly value?: string;
};

/** Each change makes exactly one problem, which says where it is, what is wrong and what would be right. */
export const testBadValues = (title: string, cases: Readonly<Record<string, BadValue>>, manifest = FULL): void => {
  describe(`bad ${title}`, () => {
    test.for(Object.entries(cases))('%s', ([, { find, replace, reason = 'Invalid value', ...rest }]) => {
      const { text, line, column } = edit(manifest, find, replace);
      const result = parseManifest(text);
      const problems = result.ok ? [] : result.problems.map(({ kind: _kind, name: _name, ...shown }) => shown);
      expect(problems).toEqual([{ ...rest, reason, line, column }]);
    });
  });
};
