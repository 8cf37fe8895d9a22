import type { Condition } from '../conditions.ts';

/** Since when (epoch milliseconds) a recovery would lose more than was agreed, or could not be had at all; and why. */
export type BackupStale = { readonly since: number; readonly reasons: readonly string[] };

/** A key that nobody has exported yet is for `describe` to say: nobody needs to be woken for it. */
const worthTelling: readonly string[] = ['TooOld', 'NoBackup', 'DestinationUnavailable'];

/** What of a cluster's BackupsHealthy people are to be told of by themselves; undefined: nothing. */
export function staleOf({ status, reason, message, since }: Condition, now: number): BackupStale | undefined {
  if (status !== 'False' || !worthTelling.includes(reason)) return undefined;
  return { since: since ?? now, reasons: [`${reason}: ${message}`] };
}
