/** A control plane that is being brought back from a backup; kept until it serves again. */
export type Recovery = {
  readonly backup: {
    readonly id: string;
    /** Epoch milliseconds: what was written later is lost. */
    readonly createdAt: number;
    /** Of the control plane in it: what is restored is of that version. */
    readonly kubernetesVersion: string;
  };
  /** Epoch milliseconds: Machines made later are of the recovery. */
  readonly acceptedAt: number;
  /** Names of the control-plane Machines of before: out of service, and removed once another serves. */
  readonly lost: readonly string[];
  /** None of them answers clients or etcd any more. */
  readonly stopped?: true;
  /** The API answers from the restored data. */
  readonly restored?: true;
};
