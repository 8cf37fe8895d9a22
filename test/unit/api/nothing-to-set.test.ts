import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseManifest } from '../../../api/parse-manifest.ts';

test('where a map has no fields at all, no list of them is promised', () => {
  const text = readFileSync(new URL('../../../examples/in-memory.yaml', import.meta.url), 'utf8');
  const result = parseManifest(text.replace('inMemory: {} #', 'inMemory: {failureDomains: [a]} #'));
  expect(result).toMatchObject({ ok: false, problems: [{ path: 'spec.backend.inMemory.failureDomains', expected: 'leave it out: nothing can be set here' }] });
});
