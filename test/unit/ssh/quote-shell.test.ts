import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteShell } from '../../../activities/ssh/quote-shell.ts';

describe('quoteShell', () => {
  it('gives one word that a real shell reads back as it was', () => {
    const texts = fc.sample(fc.string({ unit: fc.oneof(fc.constantFrom("'", '"', '\\', '\n', '$', '`', '!', '*', ' ', '-', ';', '&'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })) }), 300)
      .map((text) => text.replaceAll('\0', ''))
      // A lone surrogate is no UTF-8, so it cannot come back.
      .filter((text) => text.isWellFormed());
    const script = `for word in ${texts.map(quoteShell).join(' ')}; do printf '%s\\0' "$word"; done`;
    const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
    expect(words).toEqual(texts);
  });

  it('keeps an empty word a word', () => {
    expect(quoteShell('')).toBe("''");
  });

  it('refuses a NUL', () => {
    expect(() => quoteShell('a\0b')).toThrow(RangeError);
  });
});
