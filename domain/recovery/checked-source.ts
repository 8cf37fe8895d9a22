import type { CheckedBackup } from './checked-backup.ts';

/** A backup that was found right, and all else that decides whether a new cluster may begin with it. */
export type CheckedSource = {
  readonly backup: CheckedBackup;
  /** Of the cluster in the backup: where it answered, and how it is told from others. */
  readonly source: {
    /** "https://172.30.4.2:6443" */
    readonly endpoint: string;
    /** Port of 127.0.0.1 that reached it on its provider host. */
    readonly hostPort: number;
    /** PEM: of its API server's certificate. */
    readonly caCertificate: string;
    /** What its workflow here says of it; 'unknown' where it has none. */
    readonly standing: 'unknown' | 'managed' | 'recovering';
  };
  /** Provider host that the new one would be made on. */
  readonly host: string;
  /** Why the new name cannot be had. */
  readonly taken?: string;
};
