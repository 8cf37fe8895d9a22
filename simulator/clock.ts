/** Simulated time: as fast as real time, or so many times faster. */
export type SimulatedClock = {
  /** Simulated epoch milliseconds. */
  readonly now: () => number;
  /** When that simulated moment is, or was, in real time. */
  readonly toReal: (simulated: number) => number;
  /** Real milliseconds until that simulated moment. */
  readonly until: (simulated: number) => number;
  /** Skips that much simulated time. */
  readonly advance: (milliseconds: number) => void;
};

export function createClock(options: { readonly speed: number; readonly start: number; readonly realNow?: () => number }): SimulatedClock {
  const { speed, realNow = Date.now } = options;
  const startedAt = realNow();
  let skipped = 0;
  const now = (): number => Math.floor(options.start + skipped + (realNow() - startedAt) * speed);
  return {
    now,
    toReal: (simulated) => Math.round(realNow() - (now() - simulated) / speed),
    until: (simulated) => Math.max(0, (simulated - now()) / speed),
    advance: (milliseconds) => {
      skipped += milliseconds;
    },
  };
}
