import { isMap } from './manifest-document.ts';

/** Fields of T that are there when they are set; one that is undefined is left out. */
type Set<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isMap(value) && Object.keys(value).length === 0);

/** Without the fields that say nothing: a manifest that writes a default out makes the same cluster as one that does not. */
export const withoutEmpty = <T extends object>(fields: T): Set<T> => {
  const kept: Set<T> = { ...fields };
  for (const key of Object.keys(fields)) if (isEmpty(Reflect.get(fields, key))) Reflect.deleteProperty(kept, key);
  return kept;
};
