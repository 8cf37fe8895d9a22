import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { ClusterState } from '../../domain/cluster-state.ts';
import type { PhaseRecord, Step, StepView } from '../../domain/step.ts';
import { stepQuery } from '../../workflows/messages.ts';
import { fetchCluster } from '../temporal/clusters.ts';
import { withDeadline, type TemporalSession } from '../temporal/session.ts';

const STEP_CALL_MS = 3_000;

/** What activities put into their heartbeats. */
export type HeartbeatDetails = { readonly phase: string; readonly waitingFor?: string; readonly detail?: string };

export type ActivityProgress = {
  readonly name: string;
  readonly attempt: number;
  /** Why the attempt before failed. */
  readonly lastFailure?: string;
  readonly heartbeat?: HeartbeatDetails;
};

export type StepProgress = {
  readonly phases: readonly PhaseRecord[];
  readonly activities: readonly ActivityProgress[];
  /** See StepReport. */
  readonly attempts?: number;
};

/** A cluster's state and what its running steps are at; steps that did not answer are left out. */
export type Progress = {
  readonly state: ClusterState;
  readonly steps: Readonly<Record<string, StepProgress>>;
  /** Epoch milliseconds by this host's clock. */
  readonly at: number;
};

/**
 * A step that does not answer in time is as it was at the look `before`.
 * @throws CliError as fetchCluster does.
 */
export async function fetchProgress(session: TemporalSession, name: string, before?: Progress): Promise<Progress> {
  const state = await fetchCluster(session, name);
  const running = state.steps.filter((step) => step.state === 'Running');
  const answers = await Promise.all(running.map(async (step) => [step.id, await fetchStep(session, step, before?.steps[step.id])] as const));
  return { state, steps: Object.fromEntries(answers), at: Date.now() };
}

/** Its phases by query (a busy worker answers late), its attempts from the server (which knows them first). */
async function fetchStep(session: TemporalSession, step: Step, before: StepProgress | undefined): Promise<StepProgress> {
  // Until the child has started, a run of an earlier cluster of that name would answer.
  const handle = session.openClient.getHandle(step.id);
  const [view, activities] = await Promise.all([
    orElse(withDeadline<Pick<StepView, 'phases' | 'attempts'>>(session, () => handle.query(stepQuery), STEP_CALL_MS), before ?? step),
    orElse(fetchActivities(session, step.id), before?.activities ?? []),
  ]);
  const { phases, attempts } = view;
  return { phases, activities, ...(attempts === undefined ? {} : { attempts }) };
}

/** A step may have ended, or not have begun, by the time it is asked; the next look tells more. */
async function orElse<T>(answer: Promise<T>, fallback: T): Promise<T> {
  try {
    return await answer;
  } catch {
    return fallback;
  }
}

async function fetchActivities(session: TemporalSession, workflowId: string): Promise<readonly ActivityProgress[]> {
  const description = await withDeadline(session, () => session.client.getHandle(workflowId).describe(), STEP_CALL_MS);
  const converter = session.client.options.loadedDataConverter;
  return Promise.all(
    (description.raw.pendingActivities ?? []).map(async (activity): Promise<ActivityProgress> => {
      const payloads = activity.heartbeatDetails?.payloads;
      const details: unknown =
        payloads === undefined || payloads === null ? undefined : await orElse(decodeFromPayloadsAtIndex(converter, 0, payloads), undefined);
      const message = activity.lastFailure?.message;
      return {
        name: activity.activityType?.name ?? 'activity',
        attempt: activity.attempt ?? 1,
        ...(message === undefined || message === null ? {} : { lastFailure: message }),
        ...(isHeartbeat(details) ? { heartbeat: details } : {}),
      };
    }),
  );
}

function isHeartbeat(value: unknown): value is HeartbeatDetails {
  if (typeof value !== 'object' || value === null) return false;
  const details: Partial<Record<keyof HeartbeatDetails, unknown>> = value;
  const optional = [details.waitingFor, details.detail];
  return typeof details.phase === 'string' && optional.every((text) => text === undefined || typeof text === 'string');
}
