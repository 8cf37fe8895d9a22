/** A control plane that is being brought back from a backup; kept until it serves again. */
export type Recovery = {
  readonly backup: {
    readonly id: string;
    /** Epoch milliseconds: what was written later is lost. */
    readonly createdAt: number;
    /** Of the control plane in it: what is restored is of that version. */
    readonly kubernetesVersion: string;
  };
  /** Of a cluster that begins its life with another's backup, on Machines that are all new. */
  readonly from?: RecoverySource;
  /** Epoch milliseconds: Machines made later are of the recovery. */
  readonly acceptedAt: number;
  /** Names of the control-plane Machines of before: out of service, and removed once another serves. */
  readonly lost: readonly string[];
  /** None of them answers clients or etcd any more. */
  readonly stopped?: true;
  /** The API answers from the restored data. */
  readonly restored?: true;
};

/**
 * Which keys such a cluster has: those of the other, whose place it takes; or its own, so that neither
 * opens to who may open the other.
 */
export type RecoveryKeys = 'kept' | 'own';

export type RecoverySource = {
  readonly cluster: { readonly name: string; readonly uid: string };
  /** "https://172.30.4.2:6443": what in the snapshot reaches the API by address reaches it there. */
  readonly endpoint: string;
  readonly keys: RecoveryKeys;
};
