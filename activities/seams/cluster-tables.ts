import type { ApiAccess } from './workload-cluster.ts';

/** Rows as `kubectl get -o wide` shows them: the API server itself makes them. */
export type KubernetesTable = { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

export interface ClusterTables {
  /** `path` is one of the API's lists: "/api/v1/nodes". */
  list(access: ApiAccess, path: string, signal: AbortSignal): Promise<KubernetesTable>;
}
