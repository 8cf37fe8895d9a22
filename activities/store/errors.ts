/** A key that is not slash-separated [a-z0-9.-], or that names a folder of other keys. Nothing was changed. */
export class StoreKeyError extends Error {
  override readonly name = 'StoreKeyError';
}

/** The store could not be opened, read or written; the cause says why. Values already there are unharmed. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** Written by a later version of Slipway, or by something else. Nothing was changed. */
export class StoreVersionError extends Error {
  override readonly name = 'StoreVersionError';
}

/** The file with the store's encryption key is missing, malformed, or can be read by others. */
export class StoreKeyFileError extends Error {
  override readonly name = 'StoreKeyFileError';
}

/** An encrypted value that does not open: another key, another place, or altered. Names no content. */
export class SecretBoxError extends Error {
  override readonly name = 'SecretBoxError';
}

/** A reference that leads to nothing in this store. */
export class SecretNotFoundError extends Error {
  override readonly name = 'SecretNotFoundError';
}

/** The cluster of that UID has been deleted: a late worker must not make anything for it again. */
export class ClusterDeletedError extends Error {
  override readonly name = 'ClusterDeletedError';
}

/** The opposite: what belongs to deleted clusters alone was asked for a live one. */
export class ClusterNotDeletedError extends Error {
  override readonly name = 'ClusterNotDeletedError';
}

/** Two different truths under one version, or two live clusters of one name. Nothing was overwritten. */
export class RecordConflictError extends Error {
  override readonly name = 'RecordConflictError';
}

/** A record about to be stored holds a secret in plain or sealed form where only a reference may stand. */
export class PlainSecretError extends Error {
  override readonly name = 'PlainSecretError';
}
