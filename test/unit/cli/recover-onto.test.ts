import { describe, expect, test } from 'vitest';
import { sourceOf } from '../../../cli/recover/recover-onto.ts';

const [one, other] = ['20261121-144055-x7k2p9', '20261121-150000-x7k2p9'];

describe('slipway recover --from', () => {
  test.for<readonly [string, Parameters<typeof sourceOf>[0], ReturnType<typeof sourceOf>]>([
    ['a cluster: the newest backup of it', { from: 'old' }, { from: 'old' }],
    ['a cluster, in words', { from: 'old', backup: 'newest' }, { from: 'old' }],
    ['a cluster, and which backup of it', { from: 'old', backup: one }, { from: 'old', id: one }],
    ['a backup, whosever it is', { from: one }, { id: one }],
    ['a backup, said twice', { from: one, backup: one }, { id: one }],
  ])('%s', ([, flags, source]) => {
    expect(sourceOf(flags)).toEqual(source);
  });

  test('takes one backup, not two', () => {
    expect(() => sourceOf({ from: one, backup: other })).toThrow(expect.objectContaining({ name: 'UsageError' }));
  });
});
