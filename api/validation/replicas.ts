import { LIMITS } from '../limits.ts';
import type { Check } from './wrong.ts';

const EXPECTED = 'use 1, 3, 5 or 7';

/** Members of stacked etcd: an even number tolerates no more failures than the odd one below it. */
export const checkControlPlaneReplicas: Check<number> = (replicas) => {
  if (!Number.isInteger(replicas)) return { message: 'must be a whole number', expected: EXPECTED };
  if (replicas <= 0) return { message: 'cannot be less than or equal to 0', expected: EXPECTED };
  if (replicas > LIMITS.controlPlaneReplicas) {
    return {
      message: `must be at most ${LIMITS.controlPlaneReplicas}: every etcd member makes writes slower`,
      expected: EXPECTED,
    };
  }
  return replicas % 2 === 0 ? { message: 'must be odd: etcd is stacked', expected: EXPECTED } : undefined;
};
