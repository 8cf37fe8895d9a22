import type { ClusterIncarnation } from '../../domain/journal-page.ts';
import type { PhaseRecord } from '../../domain/step.ts';

/**
 *  accepted   a command whose end nobody wrote down: Temporal's database was lost meanwhile
 *  running    under way
 *  done
 *  blocked    retries were used up; a person decides
 *  cancelled  stopped by a person, or overtaken by a newer command
 *  failed     given up, or undone
 */
export type HistoryOutcome = 'accepted' | 'running' | 'done' | 'blocked' | 'cancelled' | 'failed';

/** A command with its end, or a step: one line of a history. Times are epoch milliseconds, workflow time. */
export type HistoryItem = {
  readonly id: string;
  readonly kind: 'command' | 'step';
  readonly operation: string;
  /** The cluster, a Machine, or what of the cluster: "cluster/demo", "demo-md-0-x2f9k", "infrastructure". */
  readonly subject: string;
  /** A command's verb; a step's kind, "JoinWorker". */
  readonly action: string;
  /** Who asked for it; of a step, who asked for its operation. */
  readonly actor?: string;
  readonly reason: string;
  /** Of a command: what it changed, a line each. */
  readonly changes?: readonly string[];
  readonly startedAt: number;
  readonly endedAt?: number;
  /** See JournalEntry. */
  readonly attempts?: number;
  readonly outcome: HistoryOutcome;
  readonly evidence?: string;
  readonly phases: readonly PhaseRecord[];
};

export type ClusterHistory = {
  readonly name: string;
  readonly uid: string;
  readonly clusters: readonly ClusterIncarnation[];
  /** In the order in which they began: the newest last. */
  readonly items: readonly HistoryItem[];
  /** Entries of the journal that were not asked for: all of them are older. */
  readonly earlier: number;
  /** Epoch milliseconds: what is under way counts until then. */
  readonly at: number;
};
