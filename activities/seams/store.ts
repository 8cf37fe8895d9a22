/**
 * What must outlive Temporal's retention and a lost database. Keys are slash-separated paths of
 * [a-z0-9.-]; values are bytes. Secrets are encrypted by the layer above (SecretBox), never here.
 */
export interface Store {
  /** Made once when the store is; names the installation. */
  readonly id: string;
  get(key: string): Promise<Uint8Array | undefined>;
  /** Replaces; a reader sees the old or the new value, never a part. */
  put(key: string, value: Uint8Array): Promise<void>;
  /** False, and nothing changed, where the key exists already. */
  createIfAbsent(key: string, value: Uint8Array): Promise<boolean>;
  /** Adds one line; concurrent appends never mix. Readers skip empty lines and a line that was cut short. */
  appendLine(key: string, line: string): Promise<void>;
  delete(key: string): Promise<void>;
  /** Keys that start with that prefix, sorted. */
  list(prefix: string): Promise<readonly string[]>;
}
