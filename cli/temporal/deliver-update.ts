import { randomUUID } from 'node:crypto';
import { clusterWorkflowId, type CommandAccepted } from '../../workflows/messages.ts';
import { meetingOf, translateFailure, type Attempt } from './failures.ts';
import { hasWorker as anyWorker } from './run-workflow.ts';
import { withDeadline, type TemporalSession } from './session.ts';

const UPDATE_TIMEOUT_MS = 60_000;

/** A run that continues as new is followed by the next one within moments; a busy worker may take longer. */
const RESEND_MAX_MS = 30_000;
/** In all, where the server gave no answer in time and workers poll. */
const SILENT_MAX_MS = 180_000;
const PAUSE_MS = 200;
const PAUSE_MAX_MS = 2_000;

export type Delivery<Answer> = {
  /** Sends the update by that ID. The same ID again is the same update: its receiver carries it out once. */
  readonly send: (updateId: string) => Promise<Answer>;
  /** Whether the receiving workflow is open, by Temporal's own word. */
  readonly isOpen: () => Promise<boolean>;
  /** Whether any worker polls. */
  readonly hasWorker: () => Promise<boolean>;
};

/**
 * Sends an update until it is answered. One that meets a run which is just being continued as new is
 * turned away, or loses its answer, though nothing is wrong: the next run takes it.
 * @throws what the receiver answered; what the last attempt met, when time is up
 */
export async function deliverUpdate<Answer>(delivery: Delivery<Answer>): Promise<Answer> {
  const updateId = randomUUID();
  const startedAt = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await delivery.send(updateId);
    } catch (error) {
      if (!(await isWorthAnother(meetingOf(error), { ...delivery, elapsedMs: Date.now() - startedAt }))) throw error;
    }
    await pause(Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** (attempt - 1)));
  }
}

type Asked = Pick<Delivery<unknown>, 'isOpen' | 'hasWorker'> & { readonly elapsedMs: number };

/** What cannot be found out now is no reason to go on. */
async function isWorthAnother(met: ReturnType<typeof meetingOf>, { isOpen, hasWorker, elapsedMs }: Asked): Promise<boolean> {
  switch (met) {
    case 'answer':
      return false;
    case 'closingRun':
      return elapsedMs < RESEND_MAX_MS && isOpen().catch(() => false);
    case 'silence':
      return elapsedMs < SILENT_MAX_MS && hasWorker().catch(() => false);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Delivers a command to a cluster's workflow. @throws CliError by kind of refusal */
export async function deliverToCluster(
  session: TemporalSession,
  request: Pick<Attempt, 'next' | 'notFound'> & { readonly cluster: string; readonly send: (updateId: string) => Promise<CommandAccepted> },
): Promise<CommandAccepted> {
  const { cluster, send, ...facts } = request;
  const handle = session.client.getHandle(clusterWorkflowId(cluster));
  try {
    return await deliverUpdate({
      send: (updateId) => withDeadline(session, () => send(updateId), UPDATE_TIMEOUT_MS),
      isOpen: async () => (await withDeadline(session, () => handle.describe())).status.name === 'RUNNING',
      hasWorker: () => anyWorker(session),
    });
  } catch (error) {
    const unchanged = meetingOf(error) === 'silence' ? 'it is not known whether the cluster takes it yet: "slipway describe cluster" tells' : 'the cluster stays as it was';
    throw translateFailure(error, { session, where: `cluster ${cluster}`, unchanged, next: [`slipway describe cluster ${cluster}`], ...facts });
  }
}
