import { z } from 'zod';
import { apiVersionOf } from '../kinds.ts';
import { LIMITS } from '../limits.ts';
import { looksSecret } from '../validation/hidden.ts';
import { checkLabelKey, checkLabelValue } from '../validation/labels.ts';
import { checkObjectName } from '../validation/names.ts';
import { addWrong, list, notSupported, object, text } from './fields.ts';
import { labels, objectMeta, status } from './metadata.ts';

/** Objects beside Cluster API's own kinds that a manifest may bring: sets of resources, and what holds their contents. */

const DATA_KEY = /^[-._A-Za-z0-9]{1,253}$/;

/**
 * data of a ConfigMap or a Secret. A name is shown only where it is one: a line of a secret becomes a name when its
 * indentation is lost.
 */
const data = z.record(z.string(), z.unknown()).transform((entries, context) => {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(entries)) {
    const isShown = DATA_KEY.test(key) && !looksSecret(key);
    if (!DATA_KEY.test(key)) {
      addWrong(context, { message: 'a key is not valid', expected: 'use letters, digits, "-", "_" and "."' });
    } else if (typeof value !== 'string') {
      addWrong(context, { message: 'must be a string', expected: 'write a string' }, isShown ? [key] : []);
    } else texts[key] = value;
  }
  return texts;
});

export const configMapSchema = object({
  apiVersion: z.literal(apiVersionOf('ConfigMap')),
  kind: z.literal('ConfigMap'),
  metadata: objectMeta(checkObjectName),
  data: data.optional(),
  binaryData: notSupported('Cluster API reads data alone', 'write the text into data'),
  immutable: z.boolean().optional(),
});

export const secretSchema = object({
  apiVersion: z.literal(apiVersionOf('Secret')),
  kind: z.literal('Secret'),
  metadata: objectMeta(checkObjectName),
  // What it must be depends on who refers to the Secret.
  type: z.string().optional(),
  data: data.optional(),
  stringData: data.optional(),
  immutable: z.boolean().optional(),
});

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

const requirement = object({
  key: text(checkLabelKey),
  operator: z.enum(OPERATORS),
  values: list(text(checkLabelValue), { max: LIMITS.labels }).optional(),
}).superRefine(({ operator, values = [] }, context) => {
  const takesValues = operator === 'In' || operator === 'NotIn';
  if (takesValues === values.length > 0) return;
  const wrong = takesValues
    ? { reason: 'Required value' as const, message: 'must not be empty', expected: 'write the values, or use Exists' }
    : { reason: 'Forbidden' as const, message: `${operator} takes no values`, expected: 'leave it out' };
  addWrong(context, wrong, ['values']);
});

const selector = object({
  matchLabels: labels.optional(),
  matchExpressions: list(requirement, { max: LIMITS.labels }).optional(),
}).superRefine(({ matchLabels = {}, matchExpressions = [] }, context) => {
  if (Object.keys(matchLabels).length + matchExpressions.length > 0) return;
  addWrong(context, {
    reason: 'Required value',
    message: 'must not be empty: an empty one selects no Cluster',
    expected: 'write matchLabels, and the same labels on the Cluster',
  });
});

const resource = object({ kind: z.enum(['ConfigMap', 'Secret']), name: text(checkObjectName) });

export const clusterResourceSetSchema = object({
  apiVersion: z.literal([apiVersionOf('ClusterResourceSet'), apiVersionOf('ClusterResourceSet', 'v1beta2')]),
  kind: z.literal('ClusterResourceSet'),
  metadata: objectMeta(checkObjectName),
  spec: object({
    clusterSelector: selector,
    resources: list(resource, { max: LIMITS.resources, key: ({ kind, name }) => `${kind}/${name}` }).optional(),
    strategy: z.enum(['', 'ApplyOnce', 'Reconcile']).optional(),
  }),
  status,
});

export type SecretManifest = z.output<typeof secretSchema>;
export type ConfigMapManifest = z.output<typeof configMapSchema>;
export type ClusterResourceSetManifest = z.output<typeof clusterResourceSetSchema>;
