import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { finalErrors } from '../../../workflows/activity-options.ts';

const folder = fileURLToPath(new URL('../../../activities/', import.meta.url));
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(`${folder}${file}`, 'utf8'));

/** Temporal compares names: one that no class has would be retried, and nobody would notice. */
describe('errors that are not tried again', () => {
  const named = new Set(sources.flatMap((source) => [...source.matchAll(/readonly name = '(\w+)'/g)].map(([, name]) => name)));

  test.each(finalErrors.map((name) => [name]))('%s is the name of a class of the activities', (name) => {
    expect(named).toContain(name);
  });

  test('every SSH error that says it is not worth a retry is among them', () => {
    const classes = sources.flatMap((source) => source.split(/^export class /m).slice(1));
    const final = classes.filter((text) => /extends SshError/.test(text) && /retryable: false/.test(text));
    expect(final.length).toBeGreaterThan(0);
    for (const text of final) expect(finalErrors).toContain(/^\w+/.exec(text)?.[0]);
  });
});
