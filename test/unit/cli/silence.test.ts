import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NoWorkerError, TemporalUnreachableError } from '../../../cli/errors.ts';
import { describeSilence, Patience, SilenceLines } from '../../../cli/follow/silence.ts';

const away = new NoWorkerError({ what: 'no Slipway worker answers' });
const unreachable = new TemporalUnreachableError({ what: 'Temporal does not answer' });
const refuse = (): Promise<never> => Promise.reject(unreachable);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Patience', () => {
  it('has no end while Temporal answers, whoever else does not', async () => {
    const patience = new Patience(async () => false);
    for (let minute = 1; minute <= 600; minute += 1) {
      vi.advanceTimersByTime(60_000);
      expect(await patience.endure(away)).toEqual({ who: 'noWorker', forMs: minute * 60_000 });
    }
  });

  it('tells workers that are slow from none, and counts from the last answer', async () => {
    const patience = new Patience(async () => true);
    vi.advanceTimersByTime(40_000);
    patience.answered();
    vi.advanceTimersByTime(7_000);
    expect(await patience.endure(away)).toEqual({ who: 'slowWorkers', forMs: 7_000 });
  });

  it('ends when Temporal has been silent for longer than a restart takes, also where a worker was blamed first', async () => {
    let isUp = true;
    const patience = new Patience(() => (isUp ? Promise.resolve(false) : refuse()));
    vi.advanceTimersByTime(600_000);
    await patience.endure(away);
    isUp = false;
    vi.advanceTimersByTime(89_000);
    expect(await patience.endure(away)).toEqual({ who: 'Temporal', forMs: 89_000 });
    vi.advanceTimersByTime(2_000);
    await expect(patience.endure(away)).rejects.toBe(unreachable);
    await expect(patience.endure(unreachable)).rejects.toBe(unreachable);
  });

  it('is for silence alone', async () => {
    const boom = new Error('boom');
    await expect(new Patience(async () => true).endure(boom)).rejects.toBe(boom);
  });
});

describe('SilenceLines', () => {
  it('tells of the same silence each half minute, of another at once, and once that it is over', () => {
    const lines = new SilenceLines();
    const told = [0, 10_000, 29_000, 30_000, 59_000, 61_000].filter((forMs) => lines.next({ who: 'noWorker', forMs }) !== undefined);
    expect(told).toEqual([0, 30_000, 61_000]);
    expect(lines.next({ who: 'slowWorkers', forMs: 62_000 })).toBe(describeSilence({ who: 'slowWorkers', forMs: 62_000 }));
    expect([lines.over(), lines.over()]).toEqual([true, false]);
  });

  it('says who does not answer, for how long, and what to do', () => {
    expect(describeSilence({ who: 'noWorker', forMs: 40_000 })).toContain('no worker has answered for 40s, and none is running; start one with "slipway up"');
    expect(describeSilence({ who: 'slowWorkers', forMs: 150_000 })).toContain('no worker has answered for 2m30s: they are busy');
    expect(describeSilence({ who: 'Temporal', forMs: 5_000 })).toContain('Temporal has not answered for 5s');
  });
});
