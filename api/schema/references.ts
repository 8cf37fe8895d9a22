import { z } from 'zod';
import { apiVersionOf, apiVersionsOf, KINDS, type Kind } from '../kinds.ts';
import { checkApiVersion, quoteAll } from '../validation/api-versions.ts';
import { checkNamespace, checkObjectName } from '../validation/names.ts';
import { checked, notSupported, object, text } from './fields.ts';

const NOT_PART = 'a reference names its object by kind and name';

/** The kinds are alike: they have one group. */
const kindField = (kinds: readonly Kind[]) =>
  checked(z.string(), (value) =>
    kinds.some((kind) => kind === value)
      ? undefined
      : {
          reason: 'Unsupported value',
          message: `must refer to a ${kinds.join(' or a ')}`,
          expected: `use ${quoteAll(kinds)}`,
        },
  ).meta({ enum: kinds });

const groupOf = ([kind]: readonly [Kind, ...Kind[]]): string => KINDS[kind].group;

/** v1beta1: Kubernetes' ObjectReference to one of some kinds. Whether the object is there is checked across documents. */
export const referenceTo = (...kinds: readonly [Kind, ...Kind[]]) => {
  const [kind] = kinds;
  return object({
    apiVersion: checked(z.string(), (value) => {
      if (value.startsWith(`${groupOf(kinds)}/`)) return checkApiVersion(kind, value);
      const message = `must refer to ${groupOf(kinds)}`;
      return { reason: 'Unsupported value', message, expected: `use "${apiVersionOf(kind)}"` };
    }).meta({ enum: apiVersionsOf(kind) }),
    kind: kindField(kinds),
    name: text(checkObjectName),
    namespace: text(checkNamespace).optional(),
    uid: notSupported(NOT_PART, 'leave it out'),
    resourceVersion: notSupported(NOT_PART, 'leave it out'),
    fieldPath: notSupported(NOT_PART, 'leave it out'),
  }).transform(toTarget);
};

/** What a reference says, whichever version it is written in. */
const toTarget = ({ kind, name }: { readonly kind: string; readonly name: string }) => ({ kind, name });

/** v1beta2: a group, a kind and a name; the version is the one that is read, whichever the object is written in. */
export const groupReferenceTo = (...kinds: readonly [Kind, ...Kind[]]) =>
  object({
    apiGroup: checked(z.string(), (value) => {
      const group = groupOf(kinds);
      if (value === group) return undefined;
      const isVersioned = value.startsWith(`${group}/`);
      const message = isVersioned ? 'must be a group without a version' : `must refer to ${group}`;
      return { reason: 'Unsupported value', message, expected: `use "${group}"` };
    }).meta({ const: groupOf(kinds) }),
    kind: kindField(kinds),
    name: text(checkObjectName),
  }).transform(toTarget);
