import { Context } from '@temporalio/activity';

/** Typed heartbeat details: what `watch` and the Web UI show of an activity under way. */
export type Progress = {
  /** "waiting for SSH", "kubeadm: [etcd] Creating static Pod manifest". */
  readonly phase: string;
  readonly waitingFor?: string;
};

/** The latest progress of each activity under way; the worker's interceptor sends it as heartbeat. */
const latest = new WeakMap<Context, Progress>();

export function reportProgress(progress: Progress): void {
  latest.set(Context.current(), progress);
}

/**
 * For what is told from elsewhere: a connection that several activities share speaks in the context of the
 * one that opened it.
 */
export function bindProgress(): (progress: Progress) => void {
  const context = Context.current();
  return (progress) => {
    latest.set(context, progress);
  };
}

export function latestProgress(context: Context): Progress | undefined {
  return latest.get(context);
}

/** Aborts when the activity is cancelled, its heartbeat is refused or the worker shuts down. */
export function cancellationSignal(): AbortSignal {
  return Context.current().cancellationSignal;
}

/** 1 for the first attempt. */
export function currentAttempt(): number {
  return Context.current().info.attempt;
}

/** The run of a workflow that this activity is of. */
export function currentWorkflow(): { readonly workflowId: string; readonly runId: string } {
  const { workflowExecution } = Context.current().info;
  if (workflowExecution === undefined) throw new Error('this activity was started by no workflow');
  return workflowExecution;
}

/** Epoch milliseconds of the first attempt's scheduling: limits of time count over all attempts. */
export function activityStartedAt(): number {
  return Context.current().info.scheduledTimestampMs;
}
