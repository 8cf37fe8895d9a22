import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { ClusterState } from '../../../domain/cluster-state.ts';
import { isOpen, type Operation } from '../../../domain/operation.ts';
import type { clusterWorkflow } from '../../../workflows/cluster.ts';
import { clusterQuery, resumeUpdate, type ResumeHow } from '../../../workflows/messages.ts';
import { clusterHandle } from '../cluster-fixture.ts';
import { injectedMessage, isInjectedText } from './faults.ts';
import { letRolloutsGoOn } from './let-rollouts-go-on.ts';
import type { MatrixWorld } from './matrix-world.ts';

/** Ten seconds for each worker that is killed, and there may be a score of them in one operation. */
const patienceMs = 8 * 60_000;
/** An error that is tried again without end has been seen to be after so many attempts. */
const enoughAttempts = 3;

type Followed = {
  readonly world: MatrixWorld;
  readonly cluster: string;
  /** Looks at what must hold while a person is waited for. */
  readonly onBlocked: (state: ClusterState) => Promise<void>;
  readonly decide: (operation: Operation) => ResumeHow;
  /** Stops that the scenario itself asked for. */
  readonly blocks: number;
};

/**
 * Waits until an operation has ended. Where a fault, or the scenario, has it Blocked, the cause is
 * taken away and a person's part is played.
 * @returns the state it ended with, and whether it was aborted: then it is another operation that ended
 * @throws Error where it is Blocked for another reason, or takes too long
 */
export async function followOperation(followed: Followed, operationId: string): Promise<{ readonly state: ClusterState; readonly aborted: boolean }> {
  const { world, cluster } = followed;
  const handle = clusterHandle(world.env, cluster);
  const deadline = Date.now() + patienceMs;
  let current = operationId;
  let { blocks } = followed;
  let seen: ClusterState | undefined;
  while (Date.now() < deadline) {
    const state = await readState(world, handle);
    seen = state ?? seen;
    const operation = state?.operations.find(({ id }) => id === current);
    if (state !== undefined && operation?.phase === 'Blocked') {
      const lasting = lastingFailures(world);
      // It may be of a step that was struck before the cause was taken away, and reports only now.
      const isStruck = lasting.length > 0 || isInjectedText(operation.evidence?.message ?? '');
      if (!isStruck && blocks === 0) throw new Error(`${current} is Blocked, and no fault was to stop it: ${JSON.stringify(operation.evidence)}`);
      if (!isStruck) blocks -= 1;
      await followed.onBlocked(state);
      for (const subject of lasting) await world.worker.lift(subject);
      const how = followed.decide(operation);
      const accepted = await handle.executeUpdate(resumeUpdate, { args: [{ how, actor: 'tester', reason: 'the cause was taken away' }] });
      current = accepted.operationId;
    } else if (state !== undefined && operation !== undefined && !isOpen(operation)) {
      return { state, aborted: current !== operationId };
    } else if (state !== undefined) {
      await letRolloutsGoOn(handle, state);
    }
    await liftEndless(world);
    await delay(100);
  }
  throw new Error(`${current} did not end within ${patienceMs / 1000} s: ${JSON.stringify(seen, undefined, 1)}`);
}

/** Undefined while nobody answers: the worker may just have been killed. */
async function readState({ env }: MatrixWorld, handle: WorkflowHandle<typeof clusterWorkflow>): Promise<ClusterState | undefined> {
  try {
    return await env.client.withDeadline(Date.now() + 5000, () => handle.query(clusterQuery));
  } catch {
    return undefined;
  }
}

/** Subjects that were made to fail until somebody sees to it, and did. */
export function lastingFailures({ worker }: MatrixWorld): readonly string[] {
  return [...new Set(worker.lasting().map(({ subject }) => subject))];
}

async function liftEndless({ worker }: MatrixWorld): Promise<void> {
  for (const { subject, endless } of worker.lasting()) {
    const attempts = worker.struck.filter((struck) => struck.subject === subject).length;
    if (endless && attempts >= enoughAttempts) await worker.lift(subject);
  }
}

/** Whether an error is one that a fault made. */
export function isInjected(error: unknown, subject: string): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause.message.includes(injectedMessage(subject))) return true;
  return false;
}
