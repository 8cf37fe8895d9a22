/** The members are not as the plan expected them, or too few would be left: nothing was removed. */
export class MembershipRefusedError extends Error {
  override readonly name = 'MembershipRefusedError';

  constructor(machine: string, reasons: readonly string[]) {
    super(`etcd's member of Machine ${machine} was not removed: ${reasons.join('; ')}. Its membership is unchanged.`);
  }
}
