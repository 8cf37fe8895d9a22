import { z } from 'zod';

export const places = ['before', 'during', 'after'] as const;

export type Interruption = {
  /** Of the activity; the first one that is meant is interrupted. */
  readonly type: string;
  /** Only in workflows whose ID ends so: "/join". */
  readonly inWorkflow?: string;
  /** Only where its arguments, as JSON, hold that: '"stage":"serve"'. */
  readonly withArguments?: string;
  /** Relative to its effect; "during" is a while after it has begun, at its end if it is shorter. */
  readonly place: (typeof places)[number];
  /** What the worker process gets. After SIGSTOP and SIGCONT it goes on as if nothing had been. */
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  /** For "during": how long a while. */
  readonly afterMs: number;
};

const schema: z.ZodType<Interruption> = z.object({
  type: z.string(),
  inWorkflow: z.string().exactOptional(),
  withArguments: z.string().exactOptional(),
  place: z.enum(places),
  signal: z.enum(['SIGKILL', 'SIGSTOP']),
  afterMs: z.number(),
});

/** Fits into a command line, and tells one from another. */
export function formatInterruption(interruption: Interruption): string {
  return JSON.stringify(schema.parse(interruption));
}

/** @throws Error where it is none */
export function parseInterruption(text: string): Interruption {
  return schema.parse(JSON.parse(text));
}

/** For `always` below: the longest effect, and the one that must not happen twice. */
export const inMidstOfKubeadm = { runKubeadm: { place: 'during', afterMs: 3000 } } as const;

/**
 * Which activity types to kill a worker in, and where: all of them or `count`, those in `always` among
 * them. The same seed gives the same choice; places take turns, from one that the seed chooses.
 */
export function chooseKills(request: {
  readonly types: readonly string[];
  readonly always: Readonly<Record<string, Pick<Interruption, 'place' | 'afterMs'>>>;
  readonly count: number;
  readonly seed: number;
}): readonly Interruption[] {
  const { types, always, count, seed } = request;
  const random = seededRandom(seed);
  const others = types.filter((type) => always[type] === undefined);
  const shuffled = others.map((type) => ({ type, rank: random() })).toSorted((a, b) => a.rank - b.rank);
  const chosen = new Set(shuffled.slice(0, Math.max(0, count - Object.keys(always).length)).map(({ type }) => type));
  const first = Math.floor(random() * places.length);
  // A type in `always` that the create never had stays in the list, and is then found never to be hit.
  const wanted = [...Object.keys(always), ...others.filter((type) => chosen.has(type))];
  return wanted.map((type, index) => ({
    type,
    signal: 'SIGKILL',
    place: places[(first + index) % places.length] ?? 'before',
    afterMs: Math.floor(random() * 400),
    ...always[type],
  }));
}

/** Numbers in [0, 1): mulberry32. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
