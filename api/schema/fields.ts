import { z } from 'zod';
import { isMap } from '../manifest-document.ts';
import type { Check, Wrong } from '../validation/wrong.ts';

/** Kubernetes reads null as "not set" everywhere: `matchLabels:` with nothing behind it is a valid manifest. */
const dropNulls = (fields: z.ZodRawShape) => (value: unknown) =>
  isMap(value)
    ? Object.fromEntries(Object.entries(value).filter(([key, field]) => field !== null || !Object.hasOwn(fields, key)))
    : value;

/** Fields that are refused whatever they say: known, so that they are named, but no advice to anybody. */
const refused = new WeakSet<object>();

/**
 * A map with the given fields and no others. The message of its `unrecognized_keys` issue lists the known fields,
 * because zod's issue does not, and a suggestion needs them; a "!" stands before those that are refused.
 */
export const object = <Fields extends z.ZodRawShape>(fields: Fields) =>
  z.preprocess(
    dropNulls(fields),
    z.strictObject(fields, {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? Object.entries(fields)
              .map(([name, schema]) => (refused.has(schema) ? `!${name}` : name))
              .join(' ')
          : undefined,
    }),
  );

/** The first check that finds something reports it: what follows would only repeat it. */
export const checked = <Schema extends z.ZodType>(schema: Schema, ...checks: readonly Check<z.output<Schema>>[]) =>
  schema.superRefine((value, context) => {
    const wrong = checks.map((check) => check(value)).find((found) => found !== undefined);
    if (wrong !== undefined) addWrong(context, wrong);
  });

export const addWrong = (context: z.RefinementCtx, wrong: Wrong, path: (string | number)[] = []): void => {
  context.addIssue({ code: 'custom', message: wrong.message, path, params: { wrong } });
};

export const text = (...checks: readonly Check<string>[]) => checked(z.string(), ...checks);

export const integer = ({
  min,
  max,
  expected,
}: {
  readonly min: number;
  readonly max: number;
  readonly expected: string;
}) =>
  checked(z.number(), (value) => {
    if (!Number.isInteger(value)) return { message: 'must be a whole number', expected };
    if (value < min) return { message: `must be at least ${min}`, expected };
    return value > max ? { message: `must be at most ${max}`, expected } : undefined;
  }).meta({ type: 'integer', minimum: min, maximum: max });

/** A list whose entries must differ in what `key` makes of them. */
export const list = <Schema extends z.ZodType>(
  schema: Schema,
  { max, key }: { readonly max: number; readonly key?: (item: z.output<Schema>) => string },
) =>
  z.array(schema).superRefine((items, context) => {
    if (items.length > max) {
      addWrong(context, { reason: 'Too long', message: `has ${items.length} entries`, expected: `use at most ${max}` });
    }
    if (key === undefined) return;
    const seen = new Set<string>();
    for (const [index, item] of items.entries()) {
      const id = key(item);
      if (seen.has(id))
        addWrong(context, { reason: 'Duplicate value', message: 'is there already', expected: 'keep one of them' }, [
          index,
        ]);
      seen.add(id);
    }
  }).meta({ maxItems: max });

/** What Go decodes to a field that was never set: Cluster API cannot tell it from an absent one, so neither do we. */
const isUnset = (value: unknown): boolean => {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.values(value).every(isUnset);
};

/** A field that Cluster API has and Slipway does not act on: only "not set" is taken, all else is refused by name. */
export const notSupported = (message: string, expected: string) => {
  const schema = z
    .unknown()
    .superRefine((value, context) => {
      if (!isUnset(value)) addWrong(context, { reason: 'Forbidden', message, expected });
    })
    .optional()
    // For editors: it is not among the fields that they offer.
    .meta({ description: `Refused: ${message}; ${expected}`, doNotSuggest: true });
  refused.add(schema);
  return schema;
};

/** A field whose only accepted values are those that mean what happens anyway. */
export const only = (
  accepted: readonly (string | number | boolean)[],
  { message, expected }: { readonly message: string; readonly expected?: string },
) =>
  z
    .unknown()
    .superRefine((value, context) => {
      if (value === undefined || value === null || accepted.some((one) => one === value)) return;
      const values = accepted
        .filter((one) => one !== '')
        .map((one) => JSON.stringify(one))
        .join(' or ');
      addWrong(context, {
        reason: 'Unsupported value',
        message,
        expected: expected ?? `leave it out, or use ${values}`,
      });
    })
    .optional()
    .meta({ enum: [...accepted, null], description: `Nothing else is taken: ${message}` });

/** What is read of a document whose apiVersion and kind are known. */
export type Body<Schema extends z.ZodType> = Omit<z.output<Schema>, 'apiVersion' | 'kind'>;
