type Named = { readonly name: string };

/** Where each name stands in a list; lists of a cluster never change, so each is gone through once. */
const positions = new WeakMap<readonly Named[], ReadonlyMap<string, number>>();

/** As `find` by name, for rules that look for a hundred Machines in a hundred. */
export function findByName<T extends Named>(list: readonly T[], name: string): T | undefined {
  const known = positions.get(list) ?? new Map(list.map((item, index) => [item.name, index]));
  positions.set(list, known);
  const position = known.get(name);
  return position === undefined ? undefined : list[position];
}
