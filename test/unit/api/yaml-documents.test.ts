import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../../api/yaml-documents.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { FULL } from './support/edit-manifest.ts';
import { parseGood } from './support/parse-good.ts';

const findingsOf = (text: string) =>
  readDocuments(text).problems.map(({ document, line, column, reason, message }) => [
    document,
    line,
    column,
    reason,
    message,
  ]);

describe('limits', () => {
  test('two MiB are refused before they are parsed', () => {
    const started = performance.now();
    const result = parseManifest(`${FULL}# ${'x'.repeat(5 * 1024 * 1024)}`);
    expect(result).toMatchObject({
      ok: false,
      problems: [{ reason: 'Too long', message: 'the manifest is larger than 2 MiB' }],
    });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('the limit counts bytes, not characters', () => {
    expect(findingsOf(`# ${'ü'.repeat(1_100_000)}`)).toEqual([
      [1, 1, 1, 'Too long', 'the manifest is larger than 2 MiB'],
    ]);
  });

  test('an alias bomb costs no more than the limit', () => {
    const levels = Array.from({ length: 30 }, (_, index) => {
      const aliases = Array.from({ length: 9 }, () => `*a${index}`).join(', ');
      return `a${index + 1}: &a${index + 1} [${aliases}]`;
    });
    const text = `a0: &a0 x\n${levels.join('\n')}\n`;
    expect(findingsOf(text)).toEqual([
      [
        1,
        expect.any(Number),
        expect.any(Number),
        'Too long',
        expect.stringMatching(/^the manifest holds more than \d+ values/),
      ],
    ]);
  });

  test('an alias to what it is part of', () => {
    expect(findingsOf('a: &a [*a]\n')).toEqual([
      [1, 1, expect.any(Number), 'Too long', 'the YAML is nested too deeply'],
    ]);
  });

  test.for([
    ['flow lists', '['.repeat(500_000)],
    ['flow maps', '{a: '.repeat(100_000)],
    ['block lists', '- '.repeat(100_000)],
    ['closed flow lists', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['block maps', Array.from({ length: 1000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
  ])('deep nesting of %s', ([, text = '']) => {
    const { documents, problems } = readDocuments(text);
    expect(documents).toEqual([]);
    expect(problems.length).toBeGreaterThan(0);
  });

  test('ten thousand labels are refused, quickly', () => {
    const labels = Array.from({ length: 10_000 }, (_, index) => `    example.com/l${index}: a`).join('\n');
    const started = performance.now();
    const result = parseManifest(FULL.replace('    example.com/team: a', labels));
    expect(result).toMatchObject({
      ok: false,
      problems: [
        { path: 'metadata.labels', reason: 'Too long', message: 'has 10000 entries', expected: 'use at most 128' },
      ],
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('files that fit one by one and not together', () => {
    const files = Array.from(
      { length: 150 },
      (_, index) => `      - {path: /etc/f${index}, content: ${'x'.repeat(9000)}}`,
    ).join('\n');
    const result = parseManifest(
      FULL.replace(
        '    files:\n      - path: /etc/example/plain.conf',
        `    files:\n${files}\n      - path: /etc/example/plain.conf`,
      ),
    );
    expect(result).toMatchObject({
      ok: false,
      problems: [{ reason: 'Too long', message: expect.stringMatching(/^the cluster takes \d+ bytes$/) }],
    });
  });
});

describe('YAML that is not valid', () => {
  test.for([
    ['a: 1\na: 2', [[1, 2, 1, 'Duplicate value', 'the field a is there twice']]],
    [
      'm:\n  k: 1\n  k: 2\n  k: 3',
      [
        [1, 3, 3, 'Duplicate value', 'the field k is there twice'],
        [1, 4, 3, 'Duplicate value', 'the field k is there twice'],
      ],
    ],
    ['a: *nowhere', [[1, 1, 4, 'Syntax error', 'an alias refers to an anchor that is not there before it']]],
    ['a: b\n<<: {c: d}', [[1, 2, 1, 'Forbidden', 'YAML merge keys (<<) are not read']]],
    ['a: !!binary aGk=', [[1, 1, 13, 'Syntax error', 'a tag or a type that JSON does not know is used']]],
    ['a: !mine b', [[1, 1, 4, 'Syntax error', 'a tag or a type that JSON does not know is used']]],
    ['1: a', [[1, 1, 1, 'Syntax error', 'a field name is not a string']]],
    ['? [a]\n: b', [[1, 1, 1, 'Syntax error', 'a field name is not a string']]],
    ['a: "b', [[1, 1, 6, 'Syntax error', 'a character is missing, such as ":", "-" or a closing quote or bracket']]],
    ['a: `b', [[1, 1, 4, 'Syntax error', 'a value begins with a character that YAML reserves']]],
    ['a:\n\tb: c', [[1, 2, 1, 'Syntax error', 'a tab is used for indentation']]],
    ['- a\n- b', [[1, 1, 1, 'Syntax error', 'the document is not a map of fields']]],
    ['text', [[1, 1, 1, 'Syntax error', 'the document is not a map of fields']]],
  ])('%j', ([text, expected]) => {
    expect(findingsOf(String(text))).toEqual(expected);
  });

  test('a document before and one behind are read all the same, and counted', () => {
    const read = readDocuments('a: 1\n---\nb: [\n---\n# nothing\n---\nc: 3\n');
    expect(read.documents.map(({ number, value }) => [number, value])).toEqual([
      [1, { a: 1 }],
      [3, { c: 3 }],
    ]);
    expect(new Set(read.problems.map(({ document }) => document))).toEqual(new Set([2]));
  });

  test('names that JavaScript gives a meaning are names', () => {
    const text = FULL.replace('    example.com/team: a', '    constructor: b\n    toString: c');
    expect(parseGood(text).cluster.metadata.labels).toEqual({ constructor: 'b', toString: 'c' });
    expect(findingsOf('__proto__: {a: b}')).toEqual([[1, 1, 1, 'Forbidden', 'no field is called __proto__']]);
  });
});
