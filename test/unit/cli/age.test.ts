import { assert, nat, property } from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { formatAge, formatDuration, parseDuration } from '../../../cli/render/age.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('formatAge', () => {
  test.each([
    [-5 * second, '0s'],
    [0, '0s'],
    [999, '0s'],
    [45 * second, '45s'],
    [119 * second, '119s'],
    [2 * minute, '2m'],
    [4 * minute + 10 * second, '4m10s'],
    [10 * minute + 59 * second, '10m'],
    [125 * minute, '125m'],
    [3 * hour + 12 * minute, '3h12m'],
    [30 * hour, '30h'],
    [2 * day, '2d'],
    [3 * day + 4 * hour, '3d4h'],
    [300 * day, '300d'],
    [800 * day, '2y70d'],
  ])('%d ms is %s, as kubectl prints it', (milliseconds, text) => {
    expect(formatAge(milliseconds)).toBe(text);
  });

  it('fits into seven columns for a century', () => {
    assert(
      property(nat({ max: 99 * 365 * day }), (age) => {
        expect(formatAge(age).length).toBeLessThanOrEqual(7);
      }),
    );
  });
});

describe('formatDuration', () => {
  test.each([
    [0, '0.0s'],
    [-1, '0.0s'],
    [420, '0.4s'],
    [59_940, '59.9s'],
    [59_960, '1m00s'],
    [125 * second, '2m05s'],
    [3_599_600, '1h00m'],
    [62 * minute, '1h02m'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe('parseDuration', () => {
  test.each([
    ['90s', 90 * second],
    ['10m', 10 * minute],
    ['1h30m', 90 * minute],
  ])('%s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  test.each(['', '0s', '10', '-5s', '5 parsecs', '1.5h', '1d', '9999999h', 's', '10m '])('refuses "%s"', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
