import type { PathSummary } from './critical-path.ts';
import type { BenchMachine } from './describe-machine.ts';

/** One run of `npm run bench:create`, as bench/results/DATE-create.json has it. */
export type CreateResults = {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: BenchMachine;
  readonly kubernetes: string;
  readonly sizes: readonly SizeResults[];
  /** MiB of the worker's process: before the first cluster, and the most that was seen with one. */
  readonly workerMemory: { readonly empty: number; readonly most: number };
  /** Workflow tasks a minute with one cluster and nothing to do. */
  readonly idleTasksPerMinute?: number;
};

export type SizeResults = { readonly size: string; readonly rounds: readonly Round[] };

/** Seconds, in the order in which they were measured. `load`: the host's load average as it began. */
export type Round = {
  readonly byHand: number;
  readonly slipway: number;
  readonly delete: number;
  readonly path: PathSummary;
  readonly load: number;
};
