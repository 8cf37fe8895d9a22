import type { Check } from './wrong.ts';

const DATE_TIME = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** Epoch milliseconds of a date and time of RFC 3339, as Kubernetes writes them; undefined when it is none. */
export const parseDateTime = (text: string): number | undefined => {
  const [, date] = DATE_TIME.exec(text) ?? [];
  if (date === undefined) return undefined;
  // The 30th of February would become a day of March.
  const day = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date) ? undefined : Date.parse(text);
};

export const checkDateTime: Check<string> = (text) =>
  parseDateTime(text) === undefined
    ? { message: 'must be a date and time of RFC 3339', expected: 'write a time such as "2026-03-09T09:00:00Z"' }
    : undefined;
