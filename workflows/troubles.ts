import { ActivityFailure, isCancellation, log } from '@temporalio/workflow';
import { endTrouble, recordTrouble, troublePauseMs } from '../domain/record-trouble.ts';
import type { Chore } from '../domain/trouble.ts';
import type { ClusterInbox } from './cluster-inbox.ts';
import { toEvidence } from './evidence.ts';

/**
 * What a cluster's workflow does for itself fails like anything else. No activity's error may end it:
 * it is shown to whoever looks, and the chore is tried again, later each time.
 */
export class Troubles {
  readonly #inbox: ClusterInbox;
  readonly #failures = new Map<Chore, number>();

  constructor(inbox: ClusterInbox) {
    this.#inbox = inbox;
  }

  /** Whether the chore was done. Errors of this code itself are none of it: they fail the workflow's task, not the workflow. */
  async attempt(chore: Chore, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      this.#failures.set(chore, (this.#failures.get(chore) ?? 0) + 1);
      const evidence = toEvidence(error, `cluster/${this.#inbox.current().identity.name}: ${chore}`);
      log.warn('the cluster cannot be looked after as it should', { chore, ...evidence });
      this.#inbox.update((state) => recordTrouble(state, { chore, evidence, now: Date.now() }));
      return false;
    }
    this.#failures.delete(chore);
    this.#inbox.update((state) => endTrouble(state, chore));
    return true;
  }

  /** When what failed is due again; a command that comes meanwhile need not wait for it. */
  recheckMs(): number | undefined {
    const pauses = [...this.#failures.values()].map(troublePauseMs);
    return pauses.length === 0 ? undefined : Math.min(...pauses);
  }
}
