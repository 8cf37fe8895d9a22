import type { Restorable } from './accept-recovery.ts';

/** A backup that was read to its end and found right, as far as a recovery plans from it. */
export type CheckedBackup = Restorable & {
  readonly cluster: { readonly name: string; readonly uid: string };
  readonly etcdRevision: number;
  /** Of etcd's snapshot. */
  readonly bytes: number;
  /** IDs of newer ones that are known to be damaged. */
  readonly passedOver?: readonly string[];
};
