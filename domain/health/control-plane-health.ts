export type LostMachine = { readonly name: string; readonly state: 'stopped' | 'absent' };

/** What is wrong with a control plane of which nobody asked anything: what a watch reports, all of it each time. */
export type HealthReport = {
  /** Of the cluster that was looked at; another one may have its name by now. */
  readonly uid: string;
  readonly lost: readonly LostMachine[];
  /** Absent: etcd has a majority. */
  readonly quorumLost?: string;
};

/** The same, as a cluster remembers it; times are epoch milliseconds (workflow time) of the first report. */
export type ControlPlaneHealth = {
  readonly lost: readonly (LostMachine & { readonly since: number })[];
  readonly quorumLost?: { readonly message: string; readonly since: number };
};
