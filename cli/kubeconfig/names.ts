/** What cluster, user and context of an administrator are called in kubeconfigs; others are "USER@slipway-NAME". */
export function entryName(cluster: string): string {
  return `slipway-${cluster}`;
}

/** The UID in the extension "slipway" of a cluster entry, which kubeconfigs of Slipway bear. */
export function clusterExtension(entry: unknown): string | undefined {
  const extensions: unknown = field(field(entry, 'cluster'), 'extensions');
  if (!Array.isArray(extensions)) return undefined;
  const own: unknown = extensions.find((extension) => field(extension, 'name') === 'slipway');
  const uid = field(field(own, 'extension'), 'uid');
  return typeof uid === 'string' ? uid : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}
