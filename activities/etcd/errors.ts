/** Members of etcd do not agree on who is a member: nothing more joins until a person has looked. */
export class MemberListsDifferError extends Error {
  override readonly name = 'MemberListsDifferError';

  constructor(differences: readonly string[]) {
    super(`etcd's members do not all list the same ones: ${differences.slice(0, 5).join('; ')}. Nothing was changed.`);
  }
}

/** The members are not as the plan expected them, or too few would be left: nothing was removed. */
export class MembershipRefusedError extends Error {
  override readonly name = 'MembershipRefusedError';

  constructor(machine: string, reasons: readonly string[]) {
    super(`etcd's member of Machine ${machine} was not removed: ${reasons.join('; ')}. Its membership is unchanged.`);
  }
}

/** `etcdctl snapshot save` or what packs the files failed on the Machine. */
export class SnapshotFailedError extends Error {
  override readonly name = 'SnapshotFailedError';
}
