import { z } from 'zod';
import { apiVersionOf, KINDS, type Kind } from '../kinds.ts';
import { checkNamespace, checkObjectName } from '../validation/names.ts';
import { checked, notSupported, object, text } from './fields.ts';

const NOT_PART = 'a reference names its object by kind and name';

/** Kubernetes' ObjectReference to one kind. Whether the object is there is checked across documents. */
export const referenceTo = (kind: Kind) =>
  object({
    apiVersion: checked(z.string(), (value) =>
      value === apiVersionOf(kind)
        ? undefined
        : {
            reason: 'Unsupported value',
            message: `must refer to ${KINDS[kind]}`,
            expected: `use "${apiVersionOf(kind)}"`,
          },
    ),
    kind: checked(z.string(), (value) =>
      value === kind
        ? undefined
        : { reason: 'Unsupported value', message: `must refer to a ${kind}`, expected: `use "${kind}"` },
    ),
    name: text(checkObjectName),
    namespace: text(checkNamespace).optional(),
    uid: notSupported(NOT_PART, 'leave it out'),
    resourceVersion: notSupported(NOT_PART, 'leave it out'),
    fieldPath: notSupported(NOT_PART, 'leave it out'),
  });
