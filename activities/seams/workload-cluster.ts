import type { ObservedNode } from '../../domain/observation.ts';

export type ApiAccess = {
  readonly clusterUid: string;
  /** https://127.0.0.1:port */
  readonly server: string;
};

/** The Kubernetes API of a cluster that Slipway made. */
export interface WorkloadCluster {
  /** True when `/readyz` answers ok through the endpoint. */
  isReady(access: ApiAccess, signal: AbortSignal): Promise<boolean>;
  listNodes(access: ApiAccess, signal: AbortSignal): Promise<readonly ObservedNode[]>;
  /** Resolves when the Node is Ready; reports what it waits for. */
  waitForNodeReady(
    access: ApiAccess,
    node: string,
    options: { readonly signal: AbortSignal; readonly onProgress: (waitingFor: string) => void },
  ): Promise<ObservedNode>;
  /** Adds or changes these labels and leaves all others. */
  labelNode(access: ApiAccess, node: string, labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void>;
  /** Server-side apply of manifests (multi-document YAML) under the field manager "slipway". */
  apply(access: ApiAccess, manifests: string, signal: AbortSignal): Promise<void>;
}
