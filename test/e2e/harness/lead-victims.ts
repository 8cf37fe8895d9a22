import { listEtcdMembers, moveEtcdLeader } from './inside-machine.ts';
import { note } from './note.ts';
import { until } from './until.ts';

/**
 * Makes each of the Machines lead etcd before it is taken away: the first one before `remove` begins,
 * each further one as soon as the one before it is no member any more. Each gets the leadership once:
 * what takes it from it again is what is tested.
 */
export async function leadVictims<T>(victims: readonly string[], via: string, remove: () => Promise<T>): Promise<T> {
  const [first = '', ...later] = victims;
  await lead(first);
  const removal = remove();
  // Awaited below; a removal that fails ends the waiting for members as well.
  removal.catch(() => undefined);
  const leading = (async () => {
    for (const [index, victim] of later.entries()) {
      const before = victims[index];
      await until(`${before} to be no member`, async () => ((await listEtcdMembers(via)).some(({ name }) => name === before) ? undefined : true), { timeoutMs: 300_000, everyMs: 50 });
      await lead(victim);
    }
  })();
  leading.catch(() => undefined);
  const result = await removal;
  await leading;
  return result;

  async function lead(victim: string): Promise<void> {
    // An election may be under way: then there is no leader that could hand it on.
    await until(`${victim} to lead etcd`, async () => moveEtcdLeader(via, victim).then(() => true), { timeoutMs: 10_000 });
    note(`${victim} leads etcd, and goes next`);
  }
}
