import type { Check } from './wrong.ts';

type Field = { readonly name: string; readonly min: number; readonly max: number; readonly words?: readonly string[] };

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { name: 'day of the week', min: 0, max: 7, words: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
const EXPECTED = 'write five fields, minute hour day month weekday, such as "*/10 * * * *" or "0 3 * * 1-5"';

/**
 * Five fields of cron: numbers, names of months and weekdays, "*", ranges, lists and steps. A sixth field would be
 * seconds or years, by whom one asks, so there is none.
 */
export const checkCron: Check<string> = (text) => {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== FIELDS.length || text.trim() === '') {
    return { message: `has ${text.trim() === '' ? 0 : parts.length} fields`, expected: EXPECTED };
  }
  for (const [index, field] of FIELDS.entries()) {
    const message = findWrongField(parts[index] ?? '', field);
    if (message !== undefined) return { message, expected: EXPECTED };
  }
  return comesNever(parts) ? { message: 'never comes: none of its months has such a day', expected: EXPECTED } : undefined;
};

/** February of a leap year counts: that day comes, if rarely. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Where days of the week are named as well, they may bring it. */
const comesNever = ([, , days = '', months = '', weekdays = '']: readonly string[]): boolean => {
  if (weekdays !== '*') return false;
  const [, , dayField, monthField] = FIELDS;
  if (dayField === undefined || monthField === undefined) return false;
  const first = Math.min(...firstValues(days, dayField));
  return DAYS.every((length, index) => first > length || !includes(months, index + 1, monthField));
};

const firstValues = (text: string, field: Field): readonly number[] =>
  text.split(',').map((part) => rangeOf(part, field).first);

const includes = (text: string, value: number, field: Field): boolean =>
  text.split(',').some((part) => {
    const { first, last, step } = rangeOf(part, field);
    return value >= first && value <= last && (value - first) % step === 0;
  });

/** Of a part that is right by itself; "5/10" goes on to the end, as with "5-31/10". */
const rangeOf = (part: string, field: Field): { readonly first: number; readonly last: number; readonly step: number } => {
  const [range = '', step] = part.split('/');
  const [from = '', to] = range === '*' ? [String(field.min), String(field.max)] : range.split('-');
  const first = valueOf(from, field) ?? field.min;
  const last = to === undefined ? (step === undefined ? first : field.max) : (valueOf(to, field) ?? field.max);
  return { first, last, step: step === undefined ? 1 : Number(step) };
};

const findWrongField = (text: string, field: Field): string | undefined => {
  const wrong = text.split(',').find((part) => !isPart(part, field));
  return wrong === undefined ? undefined : `the ${field.name} must be within ${field.min} and ${field.max}, and is ${JSON.stringify(text)}`;
};

const isPart = (part: string, field: Field): boolean => {
  const [range = '', step, ...more] = part.split('/');
  if (more.length > 0 || (step !== undefined && !isStep(step, field))) return false;
  if (range === '*') return true;
  const [from = '', to, ...rest] = range.split('-');
  const [first, last] = [valueOf(from, field), to === undefined ? undefined : valueOf(to, field)];
  if (rest.length > 0 || first === undefined || (to !== undefined && last === undefined)) return false;
  return last === undefined || first <= last;
};

const isStep = (text: string, { max }: Field): boolean => /^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= max;

const valueOf = (text: string, { min, max, words = [] }: Field): number | undefined => {
  const word = words.indexOf(text.toLowerCase());
  if (word !== -1) return word + min;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
};
