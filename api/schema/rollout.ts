import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import type { Amount } from '../rollout-settings.ts';
import { checkDateTime } from '../validation/dates.ts';
import { addWrong, integer, object, only, text } from './fields.ts';

/** rolloutAfter, rollout.after */
export const rolloutAfter = text(checkDateTime).optional();

/** kubeadm's certificates are valid for a year: with more days than that a Machine would be replaced as soon as it is there. */
const certificatesExpiryDays = integer({ min: 7, max: 364, expected: 'use a number of days from 7 to 364' });

/** rolloutBefore, rollout.before */
export const rolloutBefore = object({ certificatesExpiryDays: certificatesExpiryDays.optional() }).optional();

/** That 0 takes three replicas is asked once all fields are read. */
export const controlPlaneStrategy = object({
  type: only(['', 'RollingUpdate'], { message: 'only RollingUpdate is supported' }),
  rollingUpdate: object({ maxSurge: z.literal([0, 1]).optional() }).optional(),
}).optional();

const PERCENTAGE = /^(\d{1,3})%$/;

const readAmount = (value: unknown): Amount | undefined => {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= LIMITS.machines ? value : undefined;
  const [, percentage] = typeof value === 'string' ? (PERCENTAGE.exec(value) ?? []) : [];
  return percentage === undefined || Number(percentage) > 100 ? undefined : `${Number(percentage)}%`;
};

/** Kubernetes' IntOrString. */
const amount = z
  .unknown()
  .transform((value, context): Amount => {
    const read = readAmount(value);
    if (read !== undefined) return read;
    addWrong(context, {
      message: 'must be a number of machines or a percentage',
      expected: `use a number from 0 to ${LIMITS.machines}, or a percentage from "0%" to "100%"`,
    });
    return z.NEVER;
  })
  .meta({
    anyOf: [
      { type: 'integer', minimum: 0, maximum: LIMITS.machines },
      { type: 'string', pattern: PERCENTAGE.source },
    ],
  })
  .optional();

/** How many workers are replaced at once. */
export const rollingUpdateFields = { maxSurge: amount, maxUnavailable: amount };

type DeploymentStrategy = {
  readonly type?: '' | 'RollingUpdate' | 'OnDelete' | undefined;
  readonly rollingUpdate?: { readonly maxSurge?: Amount | undefined; readonly maxUnavailable?: Amount | undefined } | undefined;
};

export const rolloutType = z.enum(['', 'RollingUpdate', 'OnDelete']).optional();

const isNone = (value: Amount): boolean => value === 0 || value === '0%';

/** Without one Machine more or one less nothing could be replaced. Cluster API refuses it as well, though not "0%". */
export const checkAmounts = ({ type, rollingUpdate }: DeploymentStrategy, context: z.RefinementCtx): void => {
  const { maxSurge = 1, maxUnavailable = 0 } = rollingUpdate ?? {};
  if (type === 'OnDelete' || !isNone(maxSurge) || !isNone(maxUnavailable)) return;
  const wrong = {
    message: 'no machine could be replaced: maxUnavailable is 0 as well, which is its default',
    expected: 'use 1 for maxSurge or for maxUnavailable',
  };
  addWrong(context, wrong, ['rollingUpdate', 'maxSurge']);
};

const YEAR_SECONDS = 365 * 24 * 3600;
const seconds = (min: number) => integer({ min, max: YEAR_SECONDS, expected: `write seconds, from ${min} to a year` }).optional();

export const minReadySeconds = seconds(0);
export const progressDeadlineSeconds = seconds(1);
