import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, CancelledFailure, type Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { CompleteAsyncError } from '@temporalio/activity';
import { latestProgress } from '../activities/progress.ts';
import { scrub } from '../domain/scrub.ts';
import { workflowTypes } from '../workflows/contracts.ts';
import type { FailureDetails } from '../workflows/evidence.ts';
import { retriedSignal } from '../workflows/messages.ts';

const heartbeatMs = 2000;
const maxMessage = 4000;
const tellMs = 2000;
/** All others are steps. */
const notSteps: ReadonlySet<string> = new Set(Object.values(workflowTypes));

/**
 * What every activity gets: a heartbeat that carries its progress, so that a killed worker is noticed
 * in seconds, and failures that hold no secret. Temporal keeps messages and stacks in plain text for
 * the whole retention, so an error's causes and stack stay here.
 */
export class ActivityGuard implements ActivityInboundCallsInterceptor {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>): Promise<unknown> {
    // None at once: that it runs is told by its start, and most have ended before there is more to tell.
    const timer = setInterval(() => this.#context.heartbeat(latestProgress(this.#context)), heartbeatMs);
    try {
      await this.#tellRetry();
      return await next(input);
    } catch (error) {
      throw this.#describe(error);
    } finally {
      clearInterval(timer);
    }
  }

  /**
   * A workflow learns of an activity's result alone, and a history wants to know how often it was
   * tried, also where the attempt before died with its worker. The work matters more: it never fails
   * for this.
   */
  async #tellRetry(): Promise<void> {
    const { attempt, workflowExecution, workflowType } = this.#context.info;
    if (attempt === 1 || workflowExecution === undefined || workflowType === undefined || notSteps.has(workflowType)) return;
    try {
      const handle = this.#context.client.workflow.getHandle(workflowExecution.workflowId, workflowExecution.runId);
      await Promise.race([handle.signal(retriedSignal, { attempt }), sleep(tellMs, undefined, { ref: false })]);
    } catch {
      // The step counts what its failures say, too.
    }
  }

  #describe(error: unknown): unknown {
    if (error instanceof CancelledFailure || error instanceof CompleteAsyncError) return error;
    // What was interrupted by a cancellation fails in its own way; to Temporal it is the cancellation.
    if (this.#context.cancellationSignal.aborted) return new CancelledFailure('cancelled');
    const details: FailureDetails = { attempt: this.#context.info.attempt };
    const failure = ApplicationFailure.create({
      type: error instanceof Error ? error.name : 'Error',
      message: scrub(error instanceof Error ? error.message : String(error)).slice(0, maxMessage),
      nonRetryable: error instanceof ApplicationFailure ? (error.nonRetryable ?? false) : false,
      details: [details],
    });
    failure.stack = '';
    return failure;
  }
}
