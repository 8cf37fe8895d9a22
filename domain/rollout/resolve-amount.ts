import { DEFAULT_ROLLOUT } from '../../api/defaults.ts';
import type { Amount } from '../../api/rollout-settings.ts';

/**
 * A number of Machines, or a share of the replicas: of a surge rounded up, of what may be missing
 * rounded down, as Kubernetes does (intstr.GetScaledValueFromIntOrPercent). Both come to 0: one may be
 * missing, or nothing would ever be replaced (deployment_util.go, ResolveFenceposts).
 */
export function resolveAmounts(replicas: number, amounts: { readonly maxSurge?: Amount; readonly maxUnavailable?: Amount }): { readonly maxSurge: number; readonly maxUnavailable: number } {
  const maxSurge = scale(amounts.maxSurge ?? DEFAULT_ROLLOUT.maxSurge, replicas, Math.ceil);
  const maxUnavailable = scale(amounts.maxUnavailable ?? DEFAULT_ROLLOUT.maxUnavailable, replicas, Math.floor);
  return maxSurge === 0 && maxUnavailable === 0 ? { maxSurge, maxUnavailable: 1 } : { maxSurge, maxUnavailable };
}

function scale(amount: Amount, replicas: number, round: (value: number) => number): number {
  return typeof amount === 'number' ? amount : round((Number.parseInt(amount, 10) * replicas) / 100);
}
