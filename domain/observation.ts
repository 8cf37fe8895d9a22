/** Live facts about one cluster, as far as they could be had; what could not be had says why. */
export type Observed<T> =
  | { readonly known: true; readonly value: T; readonly at: number }
  | { readonly known: false; readonly reason: string; readonly at: number };

export type ObservedNode = {
  readonly name: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly kubeletVersion: string;
  /** Epoch milliseconds since when `ready` is what it is. */
  readonly readySince: number;
};

export type ClusterObservation = {
  readonly apiServer: Observed<'ready'>;
  readonly nodes: Observed<readonly ObservedNode[]>;
  readonly machines: Observed<readonly { readonly name: string; readonly state: 'running' | 'stopped' | 'absent' }[]>;
  readonly backends: Observed<readonly { readonly name: string; readonly state: 'up' | 'down' | 'maintenance' }[]>;
};

/** Nothing could be observed, for one reason. */
export function unknownObservation(reason: string, at: number): ClusterObservation {
  const unknown = { known: false, reason, at } as const;
  return { apiServer: unknown, nodes: unknown, machines: unknown, backends: unknown };
}
