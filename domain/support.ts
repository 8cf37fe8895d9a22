/** One question of those that a support bundle is made of: each is answered, or not, for itself. */
export type SupportPart =
  /** Its record and its journal, as the store has them. */
  | { readonly kind: 'store' }
  /** What its workflow knows, and what a worker can see of it from outside. */
  | { readonly kind: 'state' }
  | { readonly kind: 'kubernetes' }
  | { readonly kind: 'etcd' }
  | { readonly kind: 'machine'; readonly machine: string }
  /** Temporal's histories of its workflows, the newest first, as many as fit into an answer. */
  | { readonly kind: 'histories'; readonly from: number; readonly count: number };

/** Text of a bundle, free of secrets. */
export type SupportFile = {
  /** Within the bundle: "machines/demo-md-0-x2f9k/kubelet.log". */
  readonly path: string;
  readonly content: string;
};

/** What ought to be in a bundle, and why it is not, or not all of it. */
export type MissingFile = { readonly path: string; readonly reason: string };

export type SupportAnswer = {
  readonly uid: string;
  /** Epoch milliseconds; absent while it lives. */
  readonly deletedAt?: number;
  /** Names of the Machines that the store knows of; none once the cluster is deleted. */
  readonly machines: readonly string[];
  readonly files: readonly SupportFile[];
  readonly missing: readonly MissingFile[];
  /** Where the next answer of the same part begins; absent at the end. */
  readonly next?: number;
};
