import type { SnapshotFacts } from '../../domain/backup/backup-manifest.ts';
import type { SshTarget } from './command-runner.ts';

export type SnapshotRequest = {
  /** The backup's ID. */
  readonly id: string;
  /** Attempt of the caller, from 1: one that failed is begun anew by the next. */
  readonly attempt: number;
  /** Absolute paths of files and folders to pack beside it; one that is not there is left out. */
  readonly files: readonly string[];
};

export type TakenSnapshot = {
  readonly etcd: SnapshotFacts;
  /** The archive of the files. */
  readonly files: { readonly bytes: number; /** Hex. */ readonly sha256: string };
};

export type SnapshotPart = 'etcd-snapshot.db' | 'control-plane-files.tar';

/** A consistent snapshot of one member's data, and of the files around it, kept on its Machine until it was fetched. */
export interface EtcdSnapshots {
  /** Asked again for the same backup it answers the same, and takes no second one. */
  take(via: SshTarget, request: SnapshotRequest, options: { readonly signal: AbortSignal; readonly onOutput: (line: string) => void }): Promise<TakenSnapshot>;
  /** In pieces, of which the next is read when `onChunk` has settled. May be read again from the start. */
  read(via: SshTarget, request: { readonly id: string; readonly part: SnapshotPart }, options: { readonly signal: AbortSignal; readonly onChunk: (chunk: Uint8Array) => Promise<void> }): Promise<void>;
  /**
   * Puts a snapshot on a Machine that is to be restored, whole or not at all. One that is there already is
   * left, and nothing is read.
   * @throws SnapshotFailedError where what came is not what was announced
   */
  deliver(
    to: SshTarget,
    snapshot: { readonly id: string; readonly bytes: number; /** Hex. */ readonly sha256: string; readonly content: () => AsyncIterable<Uint8Array> },
    signal: AbortSignal,
  ): Promise<void>;
  /** What was never taken, or is gone already, is no error. */
  discard(via: SshTarget, request: { readonly id: string }, signal: AbortSignal): Promise<void>;
}
