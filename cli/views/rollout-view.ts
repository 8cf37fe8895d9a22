import type { ShownRollout } from './shown-rollout.ts';

/** `rollout status -o json`: keys are a stable interface; null is not known. */
export function viewRollout(subject: string, { cluster, owners, complete, waitsFor }: ShownRollout): object {
  return {
    kind: 'RolloutStatus',
    cluster,
    subject,
    complete,
    waitsFor,
    owners: owners.map(({ ready, available, canary, ...owner }) => ({ ...owner, ready: ready ?? null, available: available ?? null, canary: canary ?? null })),
  };
}
