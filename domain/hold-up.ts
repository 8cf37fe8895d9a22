/** What an operation would do next and may not yet: for people, who cannot see the facts that it was decided on. */
export type HoldUp = {
  /** Name of a KubeadmControlPlane or MachineDeployment. */
  readonly subject: string;
  /** "EtcdMemberHealthy: demo-cp-x2f9k: its member does not answer" */
  readonly reasons: readonly string[];
  /** Epoch milliseconds (workflow time) since when these very reasons hold it up. */
  readonly since: number;
};
