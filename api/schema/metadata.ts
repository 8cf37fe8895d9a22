import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { checkAnnotationsSize, checkLabelKey, checkLabelValue } from '../validation/labels.ts';
import { checkNamespace } from '../validation/names.ts';
import type { Check } from '../validation/wrong.ts';
import { addWrong, checked, notSupported, object, text } from './fields.ts';

/** A map of texts whose keys are checked; a finding about a key stands at that key. */
export const textMap = ({
  key: checkKey,
  value: checkValue,
}: {
  readonly key: Check<string>;
  readonly value?: (key: string) => Check<string>;
}) =>
  z.record(z.string(), z.string()).superRefine((entries, context) => {
    for (const [key, value] of Object.entries(entries)) {
      const wrong = checkKey(key) ?? checkValue?.(key)(value);
      if (wrong !== undefined) addWrong(context, wrong, [key]);
    }
  });

export const labels = checked(textMap({ key: checkLabelKey, value: () => checkLabelValue }), (entries) => {
  const count = Object.keys(entries).length;
  return count <= LIMITS.labels
    ? undefined
    : { reason: 'Too long', message: `has ${count} entries`, expected: `use at most ${LIMITS.labels}` };
});

const annotations = checked(textMap({ key: checkLabelKey }), checkAnnotationsSize);

const WRITTEN_BY_SERVER = 'is written by the API server';

/** metadata of an object */
export const objectMeta = (checkObjectName: Check<string>) =>
  object({
    name: text(checkObjectName),
    namespace: text(checkNamespace).optional(),
    labels: labels.optional(),
    annotations: annotations.optional(),
    generateName: notSupported('an object of a manifest needs a name that stays', 'set metadata.name'),
    uid: notSupported(WRITTEN_BY_SERVER, 'leave it out'),
    resourceVersion: notSupported(WRITTEN_BY_SERVER, 'leave it out'),
    generation: notSupported(WRITTEN_BY_SERVER, 'leave it out'),
    creationTimestamp: notSupported(WRITTEN_BY_SERVER, 'leave it out'),
    deletionTimestamp: notSupported(WRITTEN_BY_SERVER, 'leave it out'),
    selfLink: notSupported(WRITTEN_BY_SERVER, 'leave it out'),
    managedFields: notSupported(WRITTEN_BY_SERVER, 'leave it out'),
    ownerReferences: notSupported('owners are known from the references in spec', 'leave it out'),
    finalizers: notSupported('finalizers belong to controllers', 'leave it out'),
  });

/** metadata of a template, in Cluster API's v1beta1: labels and annotations alone */
export const templateMeta = object({ labels: labels.optional(), annotations: annotations.optional() });

/** status, which objects read back from an API server carry */
export const status = notSupported('status is written by controllers', 'leave it out');
