import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastLines } from '../../../activities/last-lines.ts';
import { createLineSplitter } from '../../../activities/ssh/line-splitter.ts';
import { createOutputTail } from '../../../activities/ssh/output-tail.ts';

const cutUp = (bytes: Buffer, sizes: readonly number[], take: (chunk: Buffer) => void): void => {
  let at = 0;
  for (const size of sizes) {
    take(bytes.subarray(at, at + size));
    at += size;
  }
  take(bytes.subarray(at));
};
const text = fc.string({ unit: fc.constantFrom('a', 'ü', '€', '😀', '\n', '\r\n') });
const sizes = fc.array(fc.integer({ min: 0, max: 7 }));

describe('the output tail', () => {
  it('is the end of what came, in whole characters', () => {
    fc.assert(fc.property(text, sizes, fc.integer({ min: 4, max: 20 }), (whole, chunks, limit) => {
      const tail = createOutputTail(limit);
      cutUp(Buffer.from(whole), chunks, tail.append);
      const kept = tail.text();
      expect(whole.endsWith(kept)).toBe(true);
      expect(tail.text()).toBe(kept);
      const length = Buffer.byteLength(kept);
      expect(length).toBeLessThanOrEqual(limit);
      expect(length).toBeGreaterThan(Math.min(Buffer.byteLength(whole), limit) - 4);
    }));
  });

  it('does not grow', () => {
    const tail = createOutputTail(1000);
    for (let n = 0; n < 10_000; n += 1) {
      tail.append(Buffer.from(`line ${n}\n`));
    }
    expect(tail.text()).toHaveLength(1000);
    expect(tail.text().endsWith('line 9999\n')).toBe(true);
  });
});

describe('the line splitter', () => {
  it('gives every line once, however the bytes come', () => {
    fc.assert(fc.property(text, sizes, (whole, chunks) => {
      const lines: string[] = [];
      const splitter = createLineSplitter((line) => lines.push(line));
      cutUp(Buffer.from(whole), chunks, splitter.push);
      splitter.end();
      const expected = whole.split(/\r?\n/);
      expect(lines).toEqual(expected.at(-1) === '' ? expected.slice(0, -1) : expected);
    }));
  });

  it('gives out a line that never ends', () => {
    const lines: string[] = [];
    const splitter = createLineSplitter((line) => lines.push(line));
    splitter.push(Buffer.alloc(100_000, 'x'));
    expect(lines.length).toBeGreaterThan(5);
  });
});

describe('lastLines', () => {
  it('leaves out blank lines and cuts long ones', () => {
    expect(lastLines('a\n\nb  \n   \nccccc\n', 2, 3)).toBe('b\nccc …');
    expect(lastLines('', 3)).toBe('');
    expect(lastLines('a', 0)).toBe('');
  });
});
