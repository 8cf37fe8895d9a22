/**
 * The same function, which computes once for each object and version: a plan asks for the hashes of the
 * same wish hundreds of times, and a wish is never changed, only replaced by another.
 */
export function remember<Wish extends object, Value>(compute: (wish: Wish, version: string) => Value): (wish: Wish, version: string) => Value {
  const known = new WeakMap<Wish, Map<string, Value>>();
  return (wish, version) => {
    const byVersion = known.get(wish) ?? new Map<string, Value>();
    known.set(wish, byVersion);
    const before = byVersion.get(version);
    if (before !== undefined) return before;
    const value = compute(wish, version);
    byVersion.set(version, value);
    return value;
  };
}
