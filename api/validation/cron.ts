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
  return undefined;
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
