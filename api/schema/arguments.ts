import { z } from 'zod';
import type { ExtraArgs } from '../desired-cluster.ts';
import { checkArgumentName } from '../validation/arguments.ts';
import { isSecretName } from '../validation/hidden.ts';
import type { Check } from '../validation/wrong.ts';
import { addWrong, object, text } from './fields.ts';
import { textMap } from './metadata.ts';

/** How a version of Cluster API writes the extra arguments of a component, each value checked by its name. */
export type ArgumentsSchema = (checkValue: (name: string) => Check<string>) => z.ZodType<ExtraArgs>;

/** v1beta1: a map. */
export const argumentMap: ArgumentsSchema = (checkValue) => textMap({ key: checkArgumentName, value: checkValue });

/** v1beta2: a list, in which a name may stand several times, for arguments that are given several times. */
export const argumentList: ArgumentsSchema = (checkValue) =>
  z
    .array(object({ name: text(checkArgumentName), value: z.string() }))
    .superRefine((entries, context) => {
      const seen = new Set<string>();
      for (const [index, { name, value }] of entries.entries()) {
        const wrong = checkValue(name)(value);
        const field = wrong?.reason === 'Forbidden' ? ['name'] : isSecretName(name) ? [] : ['value'];
        if (wrong !== undefined) addWrong(context, wrong, [index, ...field]);
        const entry = JSON.stringify([name, value]);
        if (seen.has(entry)) {
          const repeated = { message: 'is there already, with the same value', expected: 'keep one of them' };
          addWrong(context, { reason: 'Duplicate value', ...repeated }, [index]);
        }
        seen.add(entry);
      }
    })
    .transform(toMap);

const toMap = (entries: readonly { readonly name: string; readonly value: string }[]): ExtraArgs => {
  const byName = Map.groupBy(entries, ({ name }) => name);
  return Object.fromEntries(
    [...byName].map(([name, named]) => {
      const [first = '', ...more] = named.map(({ value }) => value);
      return [name, more.length === 0 ? first : [first, ...more]];
    }),
  );
};
