import type { Evidence } from './evidence.ts';

/** What a cluster's own workflow does, beside the steps of its operations. */
export type Chore = 'plan' | 'find steps' | 'keep the backup schedule';

/** A chore that failed, and is tried again for as long as it takes: a cluster is never left without its keeper. */
export type Trouble = {
  readonly chore: Chore;
  /** Epoch milliseconds (workflow time) of the first failure in a row. */
  readonly since: number;
  readonly evidence: Evidence;
};
