import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { openKeptConnection, type KeptConnection } from './kept-connection.ts';

/**
 * Longer than an election takes. A request that a follower forwards while the leadership moves may be
 * lost, which etcd itself notices after 7 s (measured, one of 25 moves): a client has to be less patient.
 */
const timeoutMs = 2000;
const pauseMs = 25;
/** A ConfigMap for each number: one write in etcd each, and every one of them can be looked for afterwards. */
const label = 'e2e-sequence';
const path = '/api/v1/namespaces/default/configmaps';

export type SequenceWriter = {
  /** How many numbers were acknowledged so far. */
  readonly acknowledged: () => number;
  /** The longest time without an acknowledgement since then, or since it began, in milliseconds; the one that is missing now counts. */
  readonly longestGapMs: (since?: number) => number;
  /** Ends the writing. @returns how many were acknowledged, and which of them the API does not have */
  readonly stop: () => Promise<{ readonly acknowledged: number; readonly lost: readonly number[] }>;
  /** Ends it without a look. */
  readonly abort: () => void;
};

/**
 * Writes 1, 2, 3, … through a cluster's endpoint, one after the other. A number is tried until it is
 * acknowledged: that it exists already is an acknowledgement too, of an attempt whose answer was lost.
 */
export function writeSequence(kubeconfigFile: string): SequenceWriter {
  const connection = openKeptConnection(kubeconfigFile);
  const stopped = new AbortController();
  const startedAt = performance.now();
  const acknowledgedAt: number[] = [];
  const writing = (async () => {
    while (!stopped.signal.aborted) {
      const answer = await connection.send('POST', path, { body: configMap(acknowledgedAt.length + 1), timeoutMs });
      if (answer?.code === 201 || answer?.code === 409) acknowledgedAt.push(performance.now());
      await delay(pauseMs);
    }
  })();

  return {
    acknowledged: () => acknowledgedAt.length,
    longestGapMs: (since = startedAt) => longestGap(since, [...acknowledgedAt.filter((at) => at > since), performance.now()]),
    async stop() {
      stopped.abort();
      await writing;
      const found = await readNumbers(connection);
      connection.close();
      const lost = acknowledgedAt.map((_at, index) => index + 1).filter((number) => !found.has(number));
      return { acknowledged: acknowledgedAt.length, lost };
    },
    abort() {
      stopped.abort();
      connection.close();
    },
  };
}

function configMap(number: number): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${label}-${number}`, labels: { [label]: 'true' } }, data: { number: String(number) } };
}

function longestGap(since: number, times: readonly number[]): number {
  let last = since;
  let longest = 0;
  for (const at of times) {
    longest = Math.max(longest, at - last);
    last = at;
  }
  return longest;
}

const listSchema = z.object({
  metadata: z.object({ continue: z.string().default('') }),
  items: z.array(z.object({ data: z.object({ number: z.string() }) })),
});

/** As a majority of etcd's members has them: a list without a resourceVersion is never older than the question. */
async function readNumbers(connection: KeptConnection): Promise<ReadonlySet<number>> {
  const numbers = new Set<number>();
  let next = '';
  do {
    const answer = await connection.send('GET', `${path}?labelSelector=${label}&limit=500&continue=${encodeURIComponent(next)}`, { timeoutMs: 15_000 });
    if (answer?.code !== 200) throw new Error(`the sequence cannot be read back: ${answer === undefined ? 'no answer' : `${answer.code} ${answer.body}`}`);
    const { metadata, items } = listSchema.parse(JSON.parse(answer.body));
    for (const { data } of items) numbers.add(Number(data.number));
    next = metadata.continue;
  } while (next !== '');
  return numbers;
}
