/** The network facts of one cluster on its provider host, allocated before anything is created. */
export type ClusterAllocation = {
  /** Name of the provider host; also the suffix of its task queue. */
  readonly host: string;
  /** IPv4 subnet of the cluster's own network, "172.30.4.0/24". */
  readonly subnet: string;
  readonly gateway: string;
  readonly loadBalancerAddress: string;
  /** Port of 127.0.0.1 on the provider host that reaches the API servers through HAProxy. */
  readonly apiServerHostPort: number;
};
