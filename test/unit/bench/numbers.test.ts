import { describe, expect, test } from 'vitest';
import { formatSize, parseSize } from '../../../bench/size.ts';
import { median } from '../../../bench/statistics.ts';

describe('numbers of a benchmark', () => {
  test.each([
    [[3], 3],
    [[10, 2, 9], 9],
    [[1, 2, 10, 4], 3],
    [[], Number.NaN],
  ])('the median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test('a size is read and written', () => {
    expect(parseSize('5+0')).toEqual({ controlPlanes: 5, workers: 0 });
    expect(formatSize(parseSize('3+12'))).toBe('3+12');
  });

  test.each(['', '3', '0+1', '3+', '+3', '3+-1', '3+1,1+1'])('%j is no size', (text) => {
    expect(() => parseSize(text)).toThrow(RangeError);
  });
});
