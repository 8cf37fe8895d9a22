/**
 * A program: the product's worker, with its own composition, in which activities are struck by faults.
 * It takes orders on standard input and tells on standard output what ran and what was struck, in lines
 * of JSON. Arguments: the bundle of workflows, and the faults of its beginning.
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { UntypedActivities } from '@temporalio/common';
import { composeActivities } from '../../../workers/dependencies.ts';
import { runWorkerProcess } from '../../../workers/worker-process.ts';
import { faultSchema, injectedMessage, isKill, orderSchema, subjectOf, type Announcement, type Fault } from './faults.ts';

const [codePath = '', armed = '[]'] = process.argv.slice(2);
const faults = new Map(faultSchema.array().parse(JSON.parse(armed)).map((fault) => [fault.subject, fault]));

// Held open by whoever started this: without them nobody would end it.
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const order = orderSchema.parse(JSON.parse(line));
    if (order.order === 'lift') faults.delete(order.subject);
    else for (const fault of order.faults) faults.set(fault.subject, fault);
    announce({ event: 'obeyed' });
  })
  .once('close', () => process.exit(1));

function announce(announcement: Announcement): void {
  // The next thing may be SIGKILL: nothing may be left in a buffer.
  writeSync(1, `${JSON.stringify(announcement)}\n`);
}

function strike({ subject, kind }: Fault, detail: string): void {
  announce({ event: 'struck', subject, kind, workflowId: Context.current().info.workflowExecution?.workflowId ?? '', detail });
}

function kill(fault: Fault, detail: string): void {
  // A second activity of the kind may have got there first.
  if (!faults.delete(fault.subject)) return;
  strike(fault, detail);
  process.kill(process.pid, 'SIGKILL');
}

async function runKilled(fault: Fault, run: () => Promise<unknown>): Promise<unknown> {
  if (fault.kind === 'killed before') kill(fault, 'its effect has not begun');
  const effect = run();
  if (fault.kind === 'killed during') {
    const ended = await Promise.race([effect.then(() => true), delay(fault.afterMs, false)]);
    kill(fault, ended ? 'its effect has just ended' : `its effect goes on since ${fault.afterMs} ms`);
  }
  const result = await effect;
  kill(fault, 'its effect has ended');
  return result;
}

async function runFailing(fault: Fault, run: () => Promise<unknown>): Promise<unknown> {
  const { subject, kind, late, endless } = fault;
  if (kind === 'fails once') faults.delete(subject);
  strike(fault, late ? 'although its effect has happened' : 'before its effect');
  if (late) await run();
  throw ApplicationFailure.create({ message: injectedMessage(subject), nonRetryable: kind === 'fails for ever' && !endless });
}

function wrap(activities: UntypedActivities): UntypedActivities {
  return Object.fromEntries(
    Object.entries(activities).map(([type, run]) => [
      type,
      async (...args: unknown[]) => {
        const subject = subjectOf(type, args[0]);
        const startedAt = performance.now();
        const fault = faults.get(subject);
        try {
          if (fault === undefined) return await run(...args);
          return await (isKill(fault) ? runKilled : runFailing)(fault, () => run(...args));
        } finally {
          announce({ event: 'ran', subject, ms: performance.now() - startedAt });
        }
      },
    ]),
  );
}

// What was compiled is kept for the next process now: Node would do it at its end, which comes by SIGKILL.
flushCompileCache();
await runWorkerProcess(process.env, async (request) => {
  const composed = await composeActivities(request);
  return { ...composed, control: wrap(composed.control), host: wrap(composed.host), workflowBundle: { codePath } };
});
