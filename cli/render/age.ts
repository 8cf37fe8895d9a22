const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

type Unit = { readonly size: number; readonly letter: string };

const steps: readonly { readonly below: number; readonly units: readonly Unit[] }[] = [
  { below: 2 * MINUTE, units: [{ size: SECOND, letter: 's' }] },
  { below: 10 * MINUTE, units: [{ size: MINUTE, letter: 'm' }, { size: SECOND, letter: 's' }] },
  { below: 3 * HOUR, units: [{ size: MINUTE, letter: 'm' }] },
  { below: 8 * HOUR, units: [{ size: HOUR, letter: 'h' }, { size: MINUTE, letter: 'm' }] },
  { below: 2 * DAY, units: [{ size: HOUR, letter: 'h' }] },
  { below: 8 * DAY, units: [{ size: DAY, letter: 'd' }, { size: HOUR, letter: 'h' }] },
  { below: 2 * YEAR, units: [{ size: DAY, letter: 'd' }] },
  { below: Number.POSITIVE_INFINITY, units: [{ size: YEAR, letter: 'y' }, { size: DAY, letter: 'd' }] },
];

/**
 * Milliseconds as kubectl's AGE column shows them ("45s", "4m10s", "3d4h"): the precision drops as
 * the age grows (HumanDuration in k8s.io/apimachinery/pkg/util/duration). Less than nothing is "0s":
 * clocks of different hosts differ.
 */
export function formatAge(milliseconds: number): string {
  const age = Math.max(0, milliseconds);
  const units = steps.find((step) => age < step.below)?.units ?? [];
  let rest = age;
  const parts = units.map(({ size, letter }) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { count, text: `${count}${letter}` };
  });
  return parts.filter(({ count }, index) => index === 0 || count > 0).map(({ text }) => text).join('');
}

/** Milliseconds as a measurement: "0.4s", "12.3s", "2m05s", "1h02m". */
export function formatDuration(milliseconds: number): string {
  const duration = Math.max(0, milliseconds);
  const tenths = Math.round(duration / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`;
  const seconds = Math.round(duration / SECOND);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`;
}

const durationUnits: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR };

/** "90s", "10m", "1h30m" in milliseconds; undefined where it is none, or nothing, or more than a year. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d{1,7}[smh])+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([smh])/g)) {
    total += Number(count) * (durationUnits[unit ?? ''] ?? Number.NaN);
  }
  return total > 0 && total <= YEAR ? total : undefined;
}
