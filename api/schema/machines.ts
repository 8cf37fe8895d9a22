import { z } from 'zod';
import { checkDuration, parseDuration } from '../validation/durations.ts';
import { addWrong, integer, list, notSupported, object, text } from './fields.ts';
import { taintFields } from './node-registration.ts';

/** A duration of which only the value that applies anyway is taken: a later version acts on others. */
const onlyDuration = (milliseconds: number, shown: string, what: string) =>
  z
    .string()
    .superRefine((value, context) => {
      const wrong = checkDuration(value);
      if (wrong !== undefined) addWrong(context, wrong);
      else if (parseDuration(value) !== milliseconds) {
        addWrong(context, {
          reason: 'Unsupported value',
          message: `${what} cannot be set yet`,
          expected: `leave it out, or use "${shown}"`,
        });
      }
    })
    .optional();

/** Taints that Cluster API's own controllers set and take away. */
const OWN_TAINT = /^node\.cluster\.x-k8s\.io\/(uninitialized|outdated-revision)$/;

const machineTaint = object({
  ...taintFields,
  propagation: z.enum(['Always', 'OnInitialization']),
}).superRefine(({ key }, context) => {
  if (!OWN_TAINT.test(key)) return;
  addWrong(context, { reason: 'Forbidden', message: "Cluster API's controllers set this taint themselves", expected: 'leave it out' }, ['key']);
});

/** Fields that do not differ between the versions of Cluster API. */
const commonFields = {
  readinessGates: notSupported('readiness gates are not supported', 'leave it out'),
  taints: list(machineTaint, { max: 64, key: ({ key, effect }) => `${key}:${effect}` }).optional(),
};

/** Fields that the Machine templates of control planes and of workers have in common. */
export const machineFields = {
  /** Go durations; 0 is no limit. */
  nodeDrainTimeout: text(checkDuration).optional(),
  nodeVolumeDetachTimeout: text(checkDuration).optional(),
  nodeDeletionTimeout: onlyDuration(10_000, '10s', 'a time limit for deleting Nodes'),
  ...commonFields,
};

export const onlyNumber = (accepted: number, message: string) =>
  z
    .number()
    .superRefine((value, context) => {
      if (value === accepted) return;
      const isWhole = Number.isInteger(value) && value >= 0;
      const wrong = isWhole
        ? { reason: 'Unsupported value' as const, message }
        : { message: 'must be a whole number that is not negative' };
      addWrong(context, { ...wrong, expected: `leave it out, or use ${accepted}` });
    })
    .meta({ enum: [accepted], description: `Nothing else is taken: ${message}` })
    .optional();

const seconds = (accepted: number, what: string) => onlyNumber(accepted, `${what} cannot be set yet`);

const YEAR_SECONDS = 365 * 24 * 3600;
const patience = integer({ min: 0, max: YEAR_SECONDS, expected: 'write seconds, at most a year; 0 is no limit' });

/** The same in v1beta2: durations are whole seconds, and have a place of their own. */
export const machineFieldsV1Beta2 = {
  deletion: object({
    nodeDrainTimeoutSeconds: patience.optional(),
    nodeVolumeDetachTimeoutSeconds: patience.optional(),
    nodeDeletionTimeoutSeconds: seconds(10, 'a time limit for deleting Nodes'),
  }).optional(),
  ...commonFields,
};

/** As v1beta1 writes them. */
export const deletionAsV1Beta1 = (
  deletion: { readonly nodeDrainTimeoutSeconds?: number | undefined; readonly nodeVolumeDetachTimeoutSeconds?: number | undefined } | undefined,
): { readonly nodeDrainTimeout?: string; readonly nodeVolumeDetachTimeout?: string } => {
  const { nodeDrainTimeoutSeconds: drain, nodeVolumeDetachTimeoutSeconds: detach } = deletion ?? {};
  return { ...(drain === undefined ? {} : { nodeDrainTimeout: `${drain}s` }), ...(detach === undefined ? {} : { nodeVolumeDetachTimeout: `${detach}s` }) };
};
