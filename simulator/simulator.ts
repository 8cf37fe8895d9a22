import type { SimulatedClock } from './clock.ts';
import type { ClusterOperation } from './operations.ts';
import { evaluate, perform, type Performed } from './perform.ts';
import type { RequestOf } from './protocol.ts';
import { newCluster } from './rules/new-cluster.ts';
import { nextTime } from './rules/settle.ts';
import type { SimulatedCluster } from './rules/state.ts';

export type Answer = Performed['answer'];

/** What a simulator can be stopped with and started from again. */
export type SavedState = {
  readonly schemaVersion: 1;
  readonly now: number;
  readonly clusters: readonly SimulatedCluster[];
  readonly deleted: readonly string[];
};

/** All simulated clusters of a process, and who waits for something to happen in one. */
export class Simulator {
  readonly #clock: SimulatedClock;
  readonly #clusters = new Map<string, SimulatedCluster>();
  /** UIDs never come again: what arrives late for one of these is refused. */
  readonly #deleted = new Set<string>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock: SimulatedClock, saved?: SavedState) {
    this.#clock = clock;
    for (const cluster of saved?.clusters ?? []) this.#clusters.set(cluster.uid, cluster);
    for (const uid of saved?.deleted ?? []) this.#deleted.add(uid);
  }

  save(): SavedState {
    return { schemaVersion: 1, now: this.#clock.now(), clusters: [...this.#clusters.values()], deleted: [...this.#deleted] };
  }

  list(): readonly { readonly uid: string; readonly name: string; readonly machines: number }[] {
    return [...this.#clusters.values()].map(({ uid, name, machines }) => ({ uid, name, machines: machines.length }));
  }

  advance(milliseconds: number): void {
    this.#clock.advance(milliseconds);
    for (const uid of this.#waiting.keys()) this.#wake(uid);
  }

  /** What it removed, in words; nothing for a cluster that is not known, which cannot be made later either. */
  delete(uid: string): readonly string[] {
    const cluster = this.#clusters.get(uid);
    this.#deleted.add(uid);
    this.#clusters.delete(uid);
    this.#wake(uid);
    if (cluster === undefined) return [];
    const shared = [...(cluster.loadBalancer === undefined ? [] : ['load balancer']), ...(cluster.network ? ['network'] : [])];
    return [...cluster.machines.map(({ name }) => `machine ${name}`), ...shared];
  }

  /** Resolves once the answer is to be given: at once, late, when what is waited for has come true, or never. */
  async call<O extends ClusterOperation>(operation: O, request: RequestOf<O>, signal: AbortSignal): Promise<Answer> {
    const uid = request.cluster;
    const found = this.#find(operation, request);
    if ('refused' in found) return found;
    const performed = this.#keep(perform(found.cluster, { operation, request, now: this.#clock.now() }), found.cluster);
    if (performed.delivery.kind === 'never') return aborted(signal);
    if (performed.delivery.kind === 'late') {
      await this.#sleep(uid, this.#clock.now() + performed.delivery.milliseconds, { signal, deaf: true });
      return performed.answer;
    }
    return this.#untilDone(operation, request, { first: performed.answer, signal });
  }

  async #untilDone<O extends ClusterOperation>(
    operation: O,
    request: RequestOf<O>,
    wait: { readonly first: Answer; readonly signal: AbortSignal },
  ): Promise<Answer> {
    const deadline = Date.now() + ('waitMs' in request ? request.waitMs : 0);
    let answer = wait.first;
    for (let round = 0; isUnfinished(answer) && !wait.signal.aborted; round += 1) {
      const cluster = this.#clusters.get(request.cluster);
      if (cluster === undefined) return { refused: deletedRefusal(request.cluster) };
      const left = deadline - Date.now();
      // The first answer may be from before what the call itself has set off.
      if (round > 0 && left <= 0) return answer;
      if (round > 0) await this.#sleep(request.cluster, nextTime(cluster), { signal: wait.signal, atMostMs: left });
      const current = this.#clusters.get(request.cluster);
      if (current === undefined) return { refused: deletedRefusal(request.cluster) };
      answer = this.#keep(evaluate(current, { operation, request, now: this.#clock.now() }), current).answer;
    }
    return answer;
  }

  #find<O extends ClusterOperation>(operation: O, request: RequestOf<O>): { readonly cluster: SimulatedCluster } | Extract<Answer, { refused: unknown }> {
    const uid = request.cluster;
    const existing = this.#clusters.get(uid);
    if (existing !== undefined) return { cluster: existing };
    if (this.#deleted.has(uid)) return { refused: deletedRefusal(uid) };
    if (operation === 'allocate' && 'installation' in request) {
      const { name, installation } = request;
      return { cluster: newCluster({ uid, name, installation, now: this.#clock.now() }) };
    }
    const message = `the simulator knows no cluster ${uid}: it was ended without saving what it held. Nothing was changed. Delete the cluster and create it again.`;
    return { refused: { name: 'UnknownClusterError', message } };
  }

  #keep(performed: Performed, before: SimulatedCluster): Performed {
    const { cluster } = performed;
    this.#clusters.set(cluster.uid, cluster);
    if (hasChanged(before, cluster)) this.#wake(cluster.uid);
    return performed;
  }

  #wake(uid: string): void {
    for (const wake of this.#waiting.get(uid) ?? []) wake();
  }

  /** Until that simulated time, a change of the cluster (unless `deaf`), the limit or the caller's end. */
  async #sleep(
    uid: string,
    until: number | undefined,
    options: { readonly signal: AbortSignal; readonly atMostMs?: number; readonly deaf?: boolean },
  ): Promise<void> {
    const { signal, atMostMs = Infinity, deaf = false } = options;
    const waiters = this.#waiting.get(uid) ?? new Set();
    this.#waiting.set(uid, waiters);
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        waiters.delete(end);
        signal.removeEventListener('abort', end);
        if (waiters.size === 0) this.#waiting.delete(uid);
        resolve();
      };
      const ms = Math.min(atMostMs, until === undefined ? Infinity : this.#clock.until(until) + 1, 60_000);
      const timer = setTimeout(end, ms);
      if (!deaf) waiters.add(end);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}

function isUnfinished(answer: Answer): boolean {
  if (!('value' in answer)) return false;
  const { value } = answer;
  return typeof value === 'object' && value !== null && 'done' in value && value.done === false;
}

/** Time alone is no change: who waits knows when to look again. */
function hasChanged(before: SimulatedCluster, after: SimulatedCluster): boolean {
  const earlier = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after).some(([field, value]) => field !== 'at' && earlier.get(field) !== value);
}

function deletedRefusal(uid: string) {
  return { name: 'ClusterDeletedError', message: `cluster ${uid} has been deleted: nothing of it is left or made again.` };
}

async function aborted(signal: AbortSignal): Promise<never> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  throw new Error('the caller has gone');
}
