import type { Readable } from 'node:stream';

export type StoredObject = { readonly key: string; readonly bytes: number };

/** How somebody else than the worker can fetch an object: a file of the worker's host, or a URL that lets whoever has it read that one object for a while. */
export type ObjectLocation = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'url'; readonly url: string };

/**
 * Where backups go. Keys are slash-separated; an object is seen as a whole or not at all, and never
 * changes. Fails with BackupCredentialsError, BackupDestinationFullError, BackupDestinationMissingError or
 * BackupDestinationUnreachableError; whatever was there before is unharmed in all of them.
 */
export interface BackupDestination {
  /** "/srv/backups" or "s3://bucket/prefix": for people; holds no secret. */
  readonly location: string;
  /** Visible from the moment on that all of it is there. False where the key exists already: it stays, and `body` is let go of. */
  put(key: string, body: Readable, options: { readonly signal: AbortSignal; readonly onProgress: (bytes: number) => void }): Promise<boolean>;
  /** The first bytes; undefined where there is no such object. */
  readBeginning(key: string, bytes: number, signal: AbortSignal): Promise<Buffer | undefined>;
  /** undefined where there is no such object. */
  open(key: string, signal: AbortSignal): Promise<Readable | undefined>;
  /** Complete objects whose keys start with that prefix, which ends with a slash; sorted by key. */
  list(prefix: string, signal: AbortSignal): Promise<readonly StoredObject[]>;
  /** One that is gone already is no error. */
  delete(key: string, signal: AbortSignal): Promise<void>;
  /** Removes what was begun before that time (epoch milliseconds) and never became an object. Returns how many. */
  removeAbandoned(before: number, signal: AbortSignal): Promise<number>;
  locate(key: string): Promise<ObjectLocation>;
}
