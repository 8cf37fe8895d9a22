import { getExternalWorkflowHandle, isCancellation, log } from '@temporalio/workflow';
import type { ClusterState } from '../domain/cluster-state.ts';
import { runningSteps } from '../domain/plan-parts.ts';
import { skipSignal } from './messages.ts';

/** Tells running steps which of their phases a person leaves out; one that is told twice does not mind. */
export class SkipMessenger {
  readonly #told = new Set<string>();

  async deliver(state: ClusterState): Promise<void> {
    const running = new Set(runningSteps(state).map(({ id }) => id));
    for (const { step, phase } of state.skipped ?? []) {
      const key = `${step} ${phase}`;
      if (!running.has(step) || this.#told.has(key)) continue;
      this.#told.add(key);
      try {
        await getExternalWorkflowHandle(step).signal(skipSignal, { phase });
      } catch (error) {
        if (isCancellation(error)) throw error;
        log.info('the step has ended before it could be told', { step, phase });
      }
    }
  }
}
