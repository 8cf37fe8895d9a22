/**
 * A program: the product's worker, with its own composition, that is interrupted inside activities.
 * Arguments: a file with all workflows, bundled; interruptions. Each happens once, and is announced before
 * it does as a line of JSON on standard output; so is the end of an activity that was stopped and went on.
 */
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { UntypedActivities } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { composeActivities } from '../../../workers/dependencies.ts';
import { runWorkerProcess } from '../../../workers/worker-process.ts';
import type { Announcement } from './start-worker-under-test.ts';
import { formatInterruption, parseInterruption, type Interruption } from './interruptions.ts';

const [codePath = '', ...interruptions] = process.argv.slice(2);
const pending = new Set(interruptions.map(parseInterruption));

// Held open by whoever started this: without them nobody would end it.
process.stdin.resume().once('close', () => process.exit(1));

function announce(announcement: Announcement): void {
  // The next thing may be SIGKILL: nothing may be left in a buffer.
  writeSync(1, `${JSON.stringify(announcement)}\n`);
}

/** Returns only after a SIGSTOP, once SIGCONT has come. */
function interrupt(interruption: Interruption, detail: string): void {
  const { type, place, signal } = interruption;
  pending.delete(interruption);
  const workflowId = Context.current().info.workflowExecution?.workflowId ?? '';
  announce({ event: 'reached', interruption: formatInterruption(interruption), type, place, workflowId, detail });
  process.kill(process.pid, signal);
}

async function runInterrupted(interruption: Interruption, run: () => Promise<unknown>): Promise<unknown> {
  const { type, place, afterMs } = interruption;
  // A second activity that is meant may have begun before the first got there.
  const isFirst = (): boolean => pending.has(interruption);
  if (place === 'before') interrupt(interruption, 'its effect has not begun');
  const effect = run();
  if (place === 'during') {
    const ended = await Promise.race([effect.then(() => true), delay(afterMs, false)]);
    if (isFirst()) interrupt(interruption, ended ? 'its effect has just ended' : `its effect goes on since ${afterMs} ms`);
  }
  const outcome = await effect.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (place === 'after' && isFirst() && 'value' in outcome) interrupt(interruption, 'its effect has ended');
  if (!isFirst()) announce({ event: 'ended', type, outcome: 'error' in outcome ? String(outcome.error) : 'done' });
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

function findMeant(type: string, args: readonly unknown[]): Interruption | undefined {
  const workflowId = Context.current().info.workflowExecution?.workflowId ?? '';
  const isMeant = ({ inWorkflow = '', withArguments = '' }: Interruption): boolean => workflowId.endsWith(inWorkflow) && JSON.stringify(args).includes(withArguments);
  return [...pending].find((interruption) => interruption.type === type && isMeant(interruption));
}

function wrap(activities: UntypedActivities): UntypedActivities {
  return Object.fromEntries(
    Object.entries(activities).map(([type, run]) => [
      type,
      async (...args: unknown[]) => {
        const interruption = findMeant(type, args);
        return interruption === undefined ? run(...args) : runInterrupted(interruption, () => run(...args));
      },
    ]),
  );
}

await runWorkerProcess(process.env, async (request) => {
  const composed = await composeActivities(request);
  return { ...composed, control: wrap(composed.control), host: wrap(composed.host), workflowBundle: { codePath } };
});
