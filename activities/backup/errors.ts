/** What keeps a backup from being taken, read or trusted. All say what stayed unchanged. */

/** Its end is missing: it was cut off on its way, or while it was copied. */
export class BackupTruncatedError extends Error {
  override readonly name = 'BackupTruncatedError';

  constructor(where: string) {
    super(`${where} ends too early: it was cut off. Nothing of it was used. Take another backup, or another copy of this one.`);
  }
}

/** Its content is not what was written, or it is no backup at all. */
export class BackupDamagedError extends Error {
  override readonly name = 'BackupDamagedError';

  constructor(where: string, what: string) {
    super(`${where}: ${what}. Nothing of it was used. Take another backup, or another copy of this one.`);
  }
}

/** Written by a later Slipway. */
export class BackupVersionError extends Error {
  override readonly name = 'BackupVersionError';

  constructor(where: string, version: number, known: number) {
    super(`${where} has format version ${version}, and this Slipway reads ${known}. Nothing of it was used. Use the Slipway that wrote it, or a later one.`);
  }
}

/** No key that is at hand opens it. */
export class BackupKeyError extends Error {
  override readonly name = 'BackupKeyError';

  constructor(where: string, keyId: string, known: readonly string[]) {
    const at = known.length === 0 ? 'none' : known.join(', ');
    super(`${where} was sealed to backup key ${keyId}; at hand: ${at}. Nothing of it was used. Give the file that slipway backup key export wrote, with --key FILE.`);
  }
}

/** Of another cluster, or another cluster of the same name. */
export class ForeignBackupError extends Error {
  override readonly name = 'ForeignBackupError';

  constructor(where: string, found: string, expected: string) {
    super(`${where} is of ${found}, not of ${expected}. Nothing of it was used.`);
  }
}

export class BackupNotFoundError extends Error {
  override readonly name = 'BackupNotFoundError';

  constructor(id: string, cluster: string | undefined, destination: string) {
    const what = cluster === undefined ? `no cluster has a backup ${id}` : `cluster ${cluster} has no backup ${id}`;
    super(`${what} in ${destination}. Nothing was changed. Run: slipway backup list cluster/${cluster ?? 'NAME'}`);
  }
}

/** No member could be asked for a snapshot. */
export class NoSnapshotMemberError extends Error {
  override readonly name = 'NoSnapshotMemberError';

  constructor(cluster: string, reasons: readonly string[]) {
    super(`no etcd member of cluster ${cluster} can be asked for a snapshot: ${reasons.join('; ')}. No backup was taken; earlier ones are unharmed.`);
  }
}

/** The destination does not take these credentials, or they may not do what is needed. */
export class BackupCredentialsError extends Error {
  override readonly name = 'BackupCredentialsError';
}

/** No room is left there. */
export class BackupDestinationFullError extends Error {
  override readonly name = 'BackupDestinationFullError';
}

/** The bucket or the directory is not there (any more). */
export class BackupDestinationMissingError extends Error {
  override readonly name = 'BackupDestinationMissingError';
}

/** It does not answer, or answers with an error of its own: another attempt may succeed. */
export class BackupDestinationUnreachableError extends Error {
  override readonly name = 'BackupDestinationUnreachableError';
}
