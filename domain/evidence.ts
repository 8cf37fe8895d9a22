/** Why a step stopped, for a person: free of secrets, at most some twenty lines. */
export type Evidence = {
  /** Step and phase, "cluster/demo/machine/demo-cp-x2f9k/init: kubeadm init". */
  readonly at: string;
  /** The same, apart: the step's ID and the name of the phase. */
  readonly step?: string;
  readonly phase?: string;
  /** Class of the error, "KubeadmFailedError". */
  readonly error: string;
  readonly message: string;
  readonly attempts: number;
};
