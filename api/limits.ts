/** Sizes beyond which a manifest is refused, so that nothing fails later inside a workflow. */
export const LIMITS = {
  /** UTF-8 bytes of a manifest: the largest request that a Kubernetes API server would take, roughly. */
  manifestBytes: 2 * 1024 * 1024,
  /** JSON bytes of the parsed cluster: sealed (4/3) and wrapped it must stay under Temporal's 2 MiB payload. */
  clusterBytes: 1024 * 1024,
  /** Values of all documents together, aliases expanded. */
  yamlNodes: 50_000,
  yamlDepth: 64,
  /** Problems that are listed; more of them help nobody. */
  problems: 200,
  /** Machines of one cluster. */
  machines: 100,
  /** etcd's own advice: more members cost writes and give no more safety. */
  controlPlaneReplicas: 7,
  labels: 128,
  /** Kubernetes' own limit on the sum of an object's annotations. */
  annotationBytes: 256 * 1024,
  /** Cluster API's limits on lists of a KubeadmConfigSpec. */
  files: 200,
  users: 100,
  commands: 1000,
  textLength: 10_240,
  certSANs: 100,
  mounts: 100,
  taints: 50,
  /** Cluster API's limit on a ClusterResourceSet. */
  resources: 100,
} as const;

/**
 * Machine names end up as host names (63 characters at most). They are the owner's name and a suffix:
 * "-x2f9k" for a control plane; "-7d9f4-x2f9k" for a MachineDeployment, whose template's hash is part of it.
 */
export const NAME_LENGTHS = {
  cluster: 50,
  controlPlane: 63 - '-x2f9k'.length,
  machineDeployment: 63 - '-7d9f4-x2f9k'.length,
} as const;
