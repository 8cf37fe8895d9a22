/** One Pod of a Node that is being drained, as far as draining minds. */
export type DrainPod = {
  readonly namespace: string;
  readonly name: string;
  /** Another Pod of the same name is another Pod. */
  readonly uid: string;
  /** Its controller, "DaemonSet/kube-proxy"; absent for a Pod that nobody would make again. */
  readonly controller?: { readonly kind: string; readonly name: string };
  /** A static Pod's image in the API: deleting it changes nothing. */
  readonly mirror: boolean;
  /** It has data of its own that ends with it. */
  readonly emptyDir: boolean;
  /** "namespace/name" of the PersistentVolumeClaims that it uses; absent where it uses none. */
  readonly claims?: readonly string[];
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** Epoch milliseconds since when it is being deleted. */
  readonly deletingSince?: number;
};

/**
 * What the API server says to an eviction.
 *  accepted  the Pod is being deleted, or is gone
 *  refused   429: these PodDisruptionBudgets allow none now
 *  several   500: more than one PodDisruptionBudget matches, which eviction cannot handle
 *  failed    anything else, an API server that has too much to do included
 */
export type EvictionAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly budgets: readonly string[]; readonly message: string }
  | { readonly kind: 'several'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };
