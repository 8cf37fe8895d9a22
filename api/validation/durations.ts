import type { Check } from './wrong.ts';

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;
const YEAR = 365 * 24 * 3_600_000;

/** Milliseconds of one of Go's durations ("1h30m", "0.5s", "0"); undefined when it is none, or negative. */
export const parseDuration = (text: string): number | undefined => {
  if (text === '0') return 0;
  let [position, total] = [0, 0];
  while (position < text.length) {
    PART.lastIndex = position;
    const [part, amount, unit] = PART.exec(text) ?? [];
    const factor = unit === undefined ? undefined : UNITS[unit];
    if (part === undefined || factor === undefined) return undefined;
    total += Number(amount) * factor;
    position += part.length;
  }
  return text === '' ? undefined : total;
};

/** A time limit of which kubeadm takes whole seconds. */
export const checkTimeout: Check<string> = (text) => {
  const wrong = checkDuration(text);
  if (wrong !== undefined) return wrong;
  return (parseDuration(text) ?? 0) < 1000 ? { message: 'must be at least one second', expected: 'write a duration such as "4m"' } : undefined;
};

export const checkDuration: Check<string> = (text) => {
  const duration = parseDuration(text);
  const expected = 'write a duration such as "90s", "10m" or "1h30m"';
  if (duration === undefined) return { message: 'must be a duration that is not negative', expected };
  return duration > YEAR ? { message: 'must be at most one year', expected } : undefined;
};
