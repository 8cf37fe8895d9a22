import { describe, expect, test } from 'vitest';
import { Progress, seconds } from '../../../node-image/setup/progress.mjs';

describe('progress', () => {
  test.each([
    [0, '0.0s'],
    [1234, '1.2s'],
    [12_345, '12s'],
    [59_999, '1m00s'],
    [125_000, '2m05s'],
  ])('%d ms is %s', (ms, text) => {
    expect(seconds(ms)).toBe(text);
  });

  test('without a terminal each step is two plain lines', async () => {
    let clock = 0;
    let written = '';
    const output = { write: (text: string) => (written += text) };
    const progress = new Progress({ total: 2, output, now: () => clock });
    await progress.step('etcd v3.6.5', async (detail) => {
      detail('compiled 3 packages');
      clock += 61_000;
    });
    await expect(progress.step('images', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(written.split('\n')).toEqual([
      '[1/2] etcd v3.6.5',
      '[1/2] etcd v3.6.5: done in 1m01s',
      '[2/2] images',
      '[2/2] images: failed after 0.0s',
      '',
    ]);
    expect(progress.elapsed()).toBe(61_000);
  });
});
