import { loadavg } from 'node:os';
import type { ByHand } from './by-hand.ts';
import { createBySlipway, deleteBySlipway } from './by-slipway.ts';
import { countIdleTasks } from './idle.ts';
import type { Installation } from './installation.ts';
import type { Round } from './results.ts';
import { formatSize, type Size } from './size.ts';

export type Measured = {
  readonly round: Round;
  /** MiB of the worker's process while the cluster was there. */
  readonly workerMemory: number;
  readonly idleTasksPerMinute?: number;
};

/** One cluster each way, one after the other; each is gone before the next begins. */
export async function measureCreate(request: {
  readonly byHand: ByHand;
  readonly installation: Installation;
  readonly size: Size;
  readonly handFirst: boolean;
  /** How long to watch Slipway's cluster do nothing; 0: not at all. */
  readonly idleMinutes: number;
}): Promise<Measured> {
  const { byHand, installation, size, handFirst, idleMinutes } = request;
  const [load = Number.NaN] = loadavg();
  const before = handFirst ? await createByHand(byHand, size) : undefined;
  const name = `bench-${formatSize(size).replace('+', '-')}`;
  try {
    const { seconds, path } = await createBySlipway(installation, name, size);
    const workerMemory = await installation.workerMemory();
    const idle = idleMinutes > 0 ? { idleTasksPerMinute: await countIdleTasks(installation.client, idleMinutes) } : {};
    const removal = await deleteBySlipway(installation, name);
    const round = { byHand: before ?? (await createByHand(byHand, size)), slipway: seconds, delete: removal, path, load };
    return { round, workerMemory, ...idle };
  } catch (error) {
    // What is half made goes too; why it failed matters more than whether that works.
    await deleteBySlipway(installation, name).catch(() => undefined);
    throw error;
  }
}

async function createByHand(byHand: ByHand, size: Size): Promise<number> {
  const name = 'bench-by-hand';
  await byHand.delete(name);
  try {
    return await byHand.create(name, size);
  } finally {
    await byHand.delete(name);
  }
}
