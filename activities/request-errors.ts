/** The manifest is well-formed, but this installation cannot carry it out; nothing was started. */
export class AdmissionRefusedError extends Error {
  override readonly name = 'AdmissionRefusedError';
}

export class ClusterNotFoundError extends Error {
  override readonly name = 'ClusterNotFoundError';
}

/** Of a cluster that is known: there is no revision to go back to. */
export class RevisionNotFoundError extends Error {
  override readonly name = 'RevisionNotFoundError';
}

/** No certificate is made for that user, group or lifetime; none was made. */
export class IdentityRefusedError extends Error {
  override readonly name = 'IdentityRefusedError';
}
