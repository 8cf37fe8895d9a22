import { stopRecorded } from '../../../cli/local/stop-process.ts';
import type { Installation } from './installation.ts';
import { formatInterruption, type Interruption } from './interruptions.ts';
import { note } from './note.ts';
import { startWorkerUnderTest, type Reached } from './start-worker-under-test.ts';

/**
 * Gives the installation, in place of the worker that it has, one after the other: each dies where the
 * first of `kills` that is still to come says so, until `work` ends. Leaves it with a worker.
 * @returns where each worker was killed, in order
 */
export async function walkKills(installation: Installation, kills: readonly Interruption[], work: () => Promise<unknown>): Promise<readonly Reached[]> {
  // In peace: for some seconds Temporal would still ask a worker that was killed, and `work` could not begin.
  await stopRecorded({ home: installation.home, name: 'worker', graceMs: 30_000 });
  const reached: Reached[] = [];
  let worker = await startWorkerUnderTest(installation, kills);
  const done = work().then(() => 'done' as const);
  // It is awaited below, after each worker's end.
  done.catch(() => undefined);
  for (;;) {
    const how = await Promise.race([done, worker.ended]);
    if (how === 'done') return reached;
    const hit = worker.announcements.findLast((announcement) => announcement.event === 'reached');
    if (how !== 'SIGKILL' || hit === undefined) throw new Error(`a worker ended by itself: ${how}; log: ${installation.home.logs}/worker.log`);
    note(`worker ${worker.pid} killed in ${hit.type}, ${hit.place}: ${hit.detail} (${hit.workflowId})`);
    reached.push(hit);
    worker = await startWorkerUnderTest(installation, kills.filter((kill) => !reached.some(({ interruption }) => interruption === formatInterruption(kill))));
  }
}
