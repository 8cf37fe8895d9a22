/** kubeadm v1beta4's form of arguments; Cluster API v1beta1 has a map. Sorted, so that output is stable. */
export type ExtraArg = { readonly name: string; readonly value: string };

/** Later maps win over earlier ones. */
export function extraArgs(...maps: readonly Readonly<Record<string, string>>[]): readonly ExtraArg[] {
  const merged = new Map(maps.flatMap((map) => Object.entries(map)));
  return [...merged]
    .map(([name, value]) => ({ name, value }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}
