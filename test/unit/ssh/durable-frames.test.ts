import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { FRAMES_BEGIN, FrameError, createFrameReader, type DurableFrame } from '../../../activities/ssh/durable-frames.ts';

const encode = (frames: readonly DurableFrame[]): Buffer =>
  Buffer.concat([Buffer.from(FRAMES_BEGIN), ...frames.flatMap(({ type, body }) => [Buffer.from(`${type} ${body.length}\n`), body])]);

const frame = fc.record({
  type: fc.constantFrom<DurableFrame['type']>('d', 'o', 'e', 'h', 'r', 'x'),
  body: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
});

describe('the frame reader', () => {
  it('reads what was written, in chunks of any size, behind any chatter', () => {
    const chatter = fc.constantFrom('', 'Welcome!\n', 'o 3\nabc');
    fc.assert(fc.property(fc.array(frame), chatter, fc.array(fc.integer({ min: 1, max: 50 })), (frames, before, sizes) => {
      const bytes = Buffer.concat([Buffer.from(before), encode(frames)]);
      const read = createFrameReader();
      const got: DurableFrame[] = [];
      let at = 0;
      for (const size of sizes) {
        got.push(...read(bytes.subarray(at, at + size)));
        at = Math.min(bytes.length, at + size);
      }
      got.push(...read(bytes.subarray(at)));
      expect(got).toEqual(frames);
    }));
  });

  it('gives no frame before its last byte', () => {
    const bytes = encode([{ type: 'r', body: Buffer.from('succeeded') }]);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(createFrameReader()(bytes.subarray(0, length))).toEqual([]);
    }
  });

  test.each(['hello\n', 'q 3\nabc', 'o -1\n', 'o 12345678901\n', 'o three\n', 'a line that never ends at all'])('refuses %j', (text) => {
    expect(() => createFrameReader()(Buffer.from(FRAMES_BEGIN + text))).toThrow(FrameError);
  });

  it('gives up on an answer that never begins', () => {
    const read = createFrameReader();
    expect(() => {
      for (let n = 0; n < 100; n += 1) {
        read(Buffer.alloc(1024, 'x'));
      }
    }).toThrow(FrameError);
  });
});
