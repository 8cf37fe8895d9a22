import { array, assert, constantFrom, nat, oneof, property, string, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeProblem, type ManifestProblem } from '../../../api/manifest-problem.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { FULL, FULL_V1BETA2 } from './support/edit-manifest.ts';

/** Secrets as people have them, each in a field that may hold one. All contain "canary", in any letter case. */
const SECRETS = {
  word: 'CanaryPassphrase7',
  sentence: 'canary horse battery staple',
  token: 'canary.0123456789abcdef',
  hash: '$6$canary$wXyZ',
  pem: '-----BEGIN PRIVATE KEY-----\\ncanaryMIIEvQ\\n-----END PRIVATE KEY-----\\n',
};

const plant = (text: string): string => text.replace('content: plain text', `content: ${SECRETS.sentence}`)
  .replace('content: ZW5jb2RlZCB0ZXh0', `content: "${SECRETS.pem}"`)
  .replace('encoding: base64\n', 'owner: root\n')
  .replace('passwd: $6$salt$hash', () => `passwd: ${SECRETS.hash}`)
  .replace('- echo before', `- curl -u admin:${SECRETS.word} https://example.com`)
  .replace('- echo after', `- |\n        export PASSWORD=${SECRETS.word}\n        login`)
  .replace('line one\n            line two', `password: ${SECRETS.word}\n            ${SECRETS.sentence}`)
  .replace(
    '    initConfiguration:\n',
    `    initConfiguration:\n      bootstrapTokens:\n        - token: ${SECRETS.token}\n`,
  );

const PLANTED = plant(FULL);
const MANIFESTS = { v1beta1: PLANTED, v1beta2: plant(FULL_V1BETA2) };

const isSecretLine = (line: string): boolean => /canary/i.test(line);

const textOf = (problems: readonly ManifestProblem[]): string =>
  problems.map((problem) => `${describeProblem(problem)}\n${JSON.stringify(problem)}`).join('\n');

/** The lines of all messages about a text that show something of a secret. */
const findEchoes = (text: string): readonly string[] => {
  const result = parseManifest(text);
  const shown = textOf(result.ok ? result.warnings : result.problems);
  return shown.split('\n').filter(isSecretLine);
};

const anyLine = nat({ max: PLANTED.split('\n').length - 1 });
const aboutLines = (change: (lines: string[], index: number, more: number) => void) =>
  tuple(anyLine, anyLine).map(
    ([index, more]) =>
      (lines: string[]) =>
        change(lines, index, more),
  );

/** What happens to a file in an editor: the secrets themselves are moved with their lines, never retyped. */
const anyMutation = oneof(
  aboutLines((lines, index) => void lines.splice(index, 1)),
  aboutLines((lines, index) => void lines.splice(index, 0, lines[index] ?? '')),
  aboutLines((lines, index) => void (lines[index] = `  ${lines[index]}`)),
  aboutLines((lines, index) => void (lines[index] = (lines[index] ?? '').replace(/^ {1,2}/, ''))),
  aboutLines((lines, index) => void (lines[index] = (lines[index] ?? '').replace(/[:-]/, ''))),
  aboutLines((lines, index) => void (lines[index] = (lines[index] ?? '').replace(/["'|]/, ''))),
  aboutLines((lines, index) => void (lines[index] = (lines[index] ?? '').replace(/(\w)(\w)/, '$2$1'))),
  aboutLines((lines, index) => void (lines[index] = `${lines[index]}: {`)),
  aboutLines((lines, index) => void (lines[index] = (lines[index] ?? '').replace(/: .*(?<!canary.*)$/i, ': [1, *x]'))),
  // A secret that moved into another field is that field's value, and shown as such.
  aboutLines((lines, index, more) => {
    const [one = '', other = ''] = [lines[index], lines[more]];
    if (!isSecretLine(one) && !isSecretLine(other)) [lines[index], lines[more]] = [other, one];
  }),
  aboutLines((lines, index) => void (lines.length = index)),
  aboutLines((lines, index) => void lines.splice(index, 0, '---')),
);

const mutate = (text: string, mutations: readonly ((lines: string[]) => void)[]): string => {
  const lines = text.split('\n');
  for (const apply of mutations) apply(lines);
  return lines.join('\n');
};

describe('a secret of the manifest', () => {
  test.for(Object.entries(MANIFESTS))('is in every field that can hold one, in %s', ([, text]) => {
    expect(text.split('\n').filter(isSecretLine)).toHaveLength(8);
    const result = parseManifest(text);
    expect(result.ok ? [] : result.problems.map(({ path, value }) => [path, value])).toEqual([
      ['spec.kubeadmConfigSpec.initConfiguration.bootstrapTokens', '(hidden)'],
    ]);
    expect(findEchoes(text)).toEqual([]);
  });

  test.for(['{ name: api-token, value: "canary\\u0007" }', '{ api-token: canary }', '{ name: canary.0123456789abcdef, value: v }'])(
    'is not echoed as an argument of v1beta2: %s',
    (argument) => {
      const text = MANIFESTS.v1beta2.replace('- name: audit-log-maxage\n            value: "7"', `- ${argument}`);
      expect(text).toContain(argument);
      expect(findEchoes(text)).toEqual([]);
    },
  );

  test.for([
    ['as a number', 'content: canary horse battery staple', 'content: [canary, 1]'],
    ['as a map', 'content: canary horse battery staple', 'content: {password: canary}'],
    ['as the name of a field', 'content: canary horse battery staple', 'canaryPassphrase7: x'],
    ['as the name of a field, twice', 'content: canary horse battery staple', 'canary: x\n        canary: y'],
    ['behind a mistyped field', 'content: canary horse', 'contnet: canary horse'],
    ['folded into a path', '        content: canary', '         canary'],
    ['as an alias', 'passwd: $6$canary$wXyZ', 'passwd: *canary'],
    ['as a tag', 'passwd: $6$canary$wXyZ', 'passwd: !canary x'],
    [
      'in a selector, and so in the advice',
      'example.com/pool: general\n  template',
      'example.com/pool: canary.0123456789abcdef\n  template',
    ],
    ['as a public key', '- ssh-ed25519 AAAA', '- "canary"\n          - ssh-ed25519 AAAA'],
  ])('is not echoed %s', ([, find = '', replace = '']) => {
    expect(PLANTED).toContain(find);
    const text = PLANTED.replace(find, () => replace);
    const result = parseManifest(text);
    expect(result.ok).toBe(false);
    expect(findEchoes(text)).toEqual([]);
  });

  test('is not echoed and nothing is thrown, whatever happens to the lines of the file', () => {
    const anyManifest = constantFrom(...Object.values(MANIFESTS));
    const isSilent = property(anyManifest, array(anyMutation, { minLength: 1, maxLength: 4 }), (text, mutations) => {
      expect(findEchoes(mutate(text, mutations))).toEqual([]);
    });
    const runs = Number(process.env['FUZZ_RUNS'] ?? 800);
    expect(() => assert(isSilent, { numRuns: runs, interruptAfterTimeLimit: 30_000 })).not.toThrow();
  }, 60_000);
});

describe('any text', () => {
  test('is parsed or refused, never thrown at', () => {
    const anyToken = constantFrom(...(PLANTED.match(/\w+|\s+|[^\w\s]/g) ?? ['']));
    const anyText = oneof(
      string({ unit: 'binary' }),
      array(anyToken, { maxLength: 200 }).map((tokens) => tokens.join('')),
    );
    const isAnswered = property(anyText, (text) => {
      const result = parseManifest(text);
      expect(result.ok ? 1 : result.problems.length).toBeGreaterThan(0);
    });
    expect(() => assert(isAnswered, { numRuns: 500, interruptAfterTimeLimit: 30_000 })).not.toThrow();
  }, 60_000);
});
