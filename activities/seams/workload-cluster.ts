import type { DeliveredObject } from '../../api/delivered-objects.ts';
import type { WantedNode } from '../../domain/node-update.ts';
import type { ObservedNode } from '../../domain/observation.ts';
import type { ObservedComponent } from '../../domain/plan-facts.ts';

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
  /** Health of the static Pods of the control plane. */
  listComponents(access: ApiAccess, signal: AbortSignal): Promise<readonly ObservedComponent[]>;
  /** Resolves when the Node is Ready; reports what it waits for. */
  waitForNodeReady(
    access: ApiAccess,
    node: string,
    options: { readonly signal: AbortSignal; readonly onProgress: (waitingFor: string) => void },
  ): Promise<ObservedNode>;
  /** Brings a Node to what its Machine says (domain/node-update.ts), and leaves all else as it is. False where there is no such Node. */
  updateNode(access: ApiAccess, node: string, wanted: WantedNode, signal: AbortSignal): Promise<boolean>;
  /** Server-side apply of manifests (multi-document YAML) under the field manager "slipway". */
  apply(access: ApiAccess, manifests: string, signal: AbortSignal): Promise<void>;
  /**
   * Makes what is missing of these objects; as 'Reconcile' also changes what is there.
   * @throws DeliveryError when not all could be made, free of their contents
   */
  deliver(
    access: ApiAccess,
    delivery: { readonly objects: readonly DeliveredObject[]; readonly strategy: 'ApplyOnce' | 'Reconcile' },
    signal: AbortSignal,
  ): Promise<void>;
}
