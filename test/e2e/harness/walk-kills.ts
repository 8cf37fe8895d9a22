import type { Installation } from './installation.ts';
import type { Interruption } from './interruptions.ts';
import { note } from './note.ts';
import { startWorkerUnderTest, type Reached } from './start-worker-under-test.ts';

/**
 * Gives the installation one worker after the other: each dies inside the next activity of a type
 * that is still to be hit, until `work` ends. Needs an installation without a worker, and leaves it
 * with one where all types were hit.
 * @returns where each worker was killed, in order
 */
export async function walkKills(installation: Installation, kills: readonly Interruption[], work: () => Promise<unknown>): Promise<readonly Reached[]> {
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
    worker = await startWorkerUnderTest(installation, kills.filter((kill) => !reached.some(({ type }) => type === kill.type)));
  }
}
