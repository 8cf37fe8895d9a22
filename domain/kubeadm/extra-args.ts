import type { ExtraArgs } from '../../api/desired-cluster.ts';

/** kubeadm v1beta4's form of arguments; Slipway's own is a map. Sorted, so that output is stable. */
export type ExtraArg = { readonly name: string; readonly value: string };

/** Later maps win over earlier ones; the values of a flag that is given several times keep their order. */
export function extraArgs(...maps: readonly ExtraArgs[]): readonly ExtraArg[] {
  const merged = new Map(maps.flatMap((map) => Object.entries(map)));
  return [...merged]
    .flatMap(([name, values]) => [values].flat().map((value) => ({ name, value })))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}
