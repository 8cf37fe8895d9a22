/**
 * Who an object belongs to. Written as labels on everything that Slipway makes;
 * the same name with another UID is somebody else's and is never touched.
 */
export type ClusterIdentity = {
  /** ID of the store that this cluster's truth lives in. */
  readonly installation: string;
  readonly name: string;
  readonly uid: string;
};

/** Where a new cluster goes: decided at admission, fixed for its life. */
export type ClusterPlacement = {
  readonly installation: string;
  /** Reserved for that name in the store, so that two applies at once mean the same cluster. */
  readonly uid: string;
  /** Provider host; also names its task queue. */
  readonly host: string;
};
