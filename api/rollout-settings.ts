/**
 * How Machines are replaced, as a manifest says it. What is absent is Cluster API's default, which readers
 * apply: RollingUpdate, maxSurge 1, maxUnavailable 0, minReadySeconds 0, progressDeadlineSeconds 600.
 */

/** A number of Machines, or a share of the replicas from "0%" to "100%". */
export type Amount = number | `${number}%`;

/** spec.rollout of a KubeadmControlPlane. */
export type ControlPlaneRollout = {
  /** 1: a new Machine joins before an old one goes; 0: after it, which takes 3 replicas or more. */
  readonly maxSurge?: 0 | 1;
  /** Epoch milliseconds: from then on Machines that were made before are replaced. */
  readonly after?: number;
  /** Machines whose certificates expire within so many days are replaced; 7 or more. */
  readonly certificatesExpiryDays?: number;
};

/** spec.rollout of a MachineDeployment. */
export type DeploymentRollout = {
  /** OnDelete: a Machine is replaced when somebody deletes it, and not before. */
  readonly strategy?: 'RollingUpdate' | 'OnDelete';
  /** Machines beyond the replicas; a share is rounded up. */
  readonly maxSurge?: Amount;
  /** Replicas that may be missing; a share is rounded down. */
  readonly maxUnavailable?: Amount;
  /** As for the control plane. */
  readonly after?: number;
};
