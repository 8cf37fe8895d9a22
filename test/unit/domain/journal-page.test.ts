import { describe, expect, test } from 'vitest';
import { pageOf } from '../../../domain/journal-page.ts';
import { sampleEntry } from '../store/sample-records.ts';

const journal = Array.from({ length: 10 }, (_, index) => sampleEntry(`e${index}`, { operation: index < 4 ? 'demo-create-1' : 'demo-delete-2' }));
const ids = (page: { readonly entries: readonly { readonly id: string }[] }): string => page.entries.map(({ id }) => id).join(' ');

describe('pageOf', () => {
  test.each([
    ['the newest, oldest first', { limit: 3 }, 'e7 e8 e9', 7],
    ['what stands before a page', { limit: 3, before: 7 }, 'e4 e5 e6', 4],
    ['all there is, where that is less', { limit: 50 }, 'e0 e1 e2 e3 e4 e5 e6 e7 e8 e9', 0],
    ['nothing before the beginning', { limit: 3, before: 0 }, '', 0],
    ['no more than there is, whatever is asked', { limit: 2, before: 99 }, 'e8 e9', 8],
    ['those of one operation, counted alone', { limit: 2, operation: 'demo-create-1' }, 'e2 e3', 2],
    ['nothing of an operation that nobody knows', { limit: 2, operation: 'demo-create-9' }, '', 0],
  ])('%s', (_, wanted, expected, from) => {
    const page = pageOf(journal, wanted);
    expect([ids(page), page.from]).toEqual([expected, from]);
  });

  test('pages one after the other are the journal, and none is too large for a payload', () => {
    const large = Array.from({ length: 120 }, (_, index) => sampleEntry(`e${index}`, { evidence: 'ä'.repeat(7_900) }));
    const seen: string[] = [];
    let before: number | undefined;
    do {
      const page = pageOf(large, { limit: 1000, ...(before === undefined ? {} : { before }) });
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(900_000);
      seen.unshift(...page.entries.map(({ id }) => id));
      before = page.from;
    } while (before > 0);
    expect(seen).toEqual(large.map(({ id }) => id));
  });

  test('a text that no entry of ours has is cut', () => {
    const [entry] = pageOf([sampleEntry('e', { reason: 'r'.repeat(3_000_000), evidence: 'short' })], { limit: 1 }).entries;
    expect([entry?.reason.length, entry?.evidence]).toEqual([8_002, 'short']);
  });
});
