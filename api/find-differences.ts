import { isMap } from './manifest-document.ts';
import { HIDDEN } from './validation/hidden.ts';

/** Two values at one path that are not the same. */
type Difference = { readonly path: readonly string[]; readonly from: unknown; readonly to: unknown };

const SECRET_FORMS: ReadonlySet<string> = new Set(['plain', 'sealed', 'ref']);

const isSecret = (value: unknown): boolean => {
  const [key, ...more] = isMap(value) ? Object.keys(value) : [];
  return (
    key !== undefined && more.length === 0 && SECRET_FORMS.has(key) && isMap(value) && typeof value[key] === 'string'
  );
};

/** A label may be called "constructor". */
const own = (map: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** Maps are compared key by key; lists and secrets as a whole, because an entry has no name to speak of. */
export const findDifferences = (from: unknown, to: unknown, path: readonly string[] = []): readonly Difference[] => {
  if (isMap(from) && isMap(to) && !isSecret(from) && !isSecret(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted();
    return keys.flatMap((key) => findDifferences(own(from, key), own(to, key), [...path, key]));
  }
  return isSame(from, to) ? [] : [{ path, from, to }];
};

const isSame = (a: unknown, b: unknown): boolean => {
  if (Array.isArray(a) && Array.isArray(b)) {
    const [left, right]: [readonly unknown[], readonly unknown[]] = [a, b];
    return left.length === right.length && left.every((item, index) => isSame(item, right[index]));
  }
  if (isMap(a) && isMap(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => isSame(own(a, key), own(b, key)));
  }
  return a === b;
};

/** Secrets in any of their forms become "(hidden)". */
export const hideSecrets = (value: unknown): unknown => {
  if (isSecret(value)) return HIDDEN;
  if (Array.isArray(value)) return value.map(hideSecrets);
  return isMap(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hideSecrets(inner)]))
    : value;
};
