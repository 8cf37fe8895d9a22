import type { DeliveredObject } from '../../api/delivered-objects.ts';
import type { DockerMachineSpec } from '../../api/desired-cluster.ts';
import type { AddonRollout } from '../../domain/addon-rollout.ts';
import type { WantedNode } from '../../domain/node/node-update.ts';
import type { ObservedNode } from '../../domain/observation.ts';
import type { ObservedComponent } from '../../domain/plan/plan-facts.ts';
import type { RecoveryKeys } from '../../domain/recovery/recovery.ts';

export type ApiAccess = {
  readonly clusterUid: string;
  /** https://127.0.0.1:port */
  readonly server: string;
};

/** A cluster that this store may never have known: where it may be, and how it is told from others. */
export type Whereabouts = {
  readonly uid: string;
  /** "https://172.30.4.2:6443": each is asked. */
  readonly servers: readonly string[];
  /** PEM: who has signed its API servers' certificates. */
  readonly caCertificate: string;
  readonly inMemory?: DockerMachineSpec['inMemory'];
};

/** From what another cluster's snapshot says of its API to what is true of this one. */
export type EndpointMove = {
  /** "https://172.30.4.2:6443" */
  readonly from: string;
  readonly to: string;
  /** 'own': nothing that the other's keys have signed is trusted any more. */
  readonly keys: RecoveryKeys;
};

/** The Kubernetes API of a cluster that Slipway made. */
export interface WorkloadCluster {
  /** True when `/readyz` answers ok through the endpoint. */
  isReady(access: ApiAccess, signal: AbortSignal): Promise<boolean>;
  listNodes(access: ApiAccess, signal: AbortSignal): Promise<readonly ObservedNode[]>;
  /** Health of the static Pods of the control plane. */
  listComponents(access: ApiAccess, signal: AbortSignal): Promise<readonly ObservedComponent[]>;
  /** How far kubeadm's add-ons are; without those that the cluster does not have. */
  listAddonRollouts(access: ApiAccess, signal: AbortSignal): Promise<readonly AddonRollout[]>;
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
  /** Whether that very cluster's API answers anything at all, to nobody in particular. */
  isServing(where: Whereabouts, signal: AbortSignal): Promise<boolean>;
  /**
   * What is in the cluster and reaches the API by address (kube-proxy, whatever is given KUBERNETES_SERVICE_HOST)
   * reaches it where it is now. Finds nothing to do where that was done.
   */
  moveEndpoint(access: ApiAccess, move: EndpointMove, signal: AbortSignal): Promise<void>;
}
