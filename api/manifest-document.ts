import type { ManifestProblem } from './manifest-problem.ts';
import { formatPath, looksSecret, showValue, toPrintable } from './validation/hidden.ts';
import type { Wrong } from './validation/wrong.ts';

export type Position = { readonly line: number; readonly column: number };
export type Path = readonly (string | number)[];

/** One document of a manifest as plain values, and where each of them stands. */
export type ManifestDocument = {
  readonly source?: string;
  /** 1-based, documents without content not counted. */
  readonly number: number;
  readonly value: Readonly<Record<string, unknown>>;
  /** Where the value of a path begins; for a path that is not there, the key of its nearest ancestor. */
  readonly locate: (path: Path) => Position;
  /** Where the key of a path begins. */
  readonly locateKey: (path: Path) => Position;
};

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The raw value at a path; undefined when the path is not there. */
export const valueAt = (document: ManifestDocument, path: Path): unknown =>
  path.reduce<unknown>((value, part) => {
    if (typeof part === 'number') return Array.isArray(value) ? (value as readonly unknown[])[part] : undefined;
    return isMap(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }, document.value);

/** undefined for what is not a string. */
export const textAt = (document: ManifestDocument, path: Path): string | undefined => {
  const value = valueAt(document, path);
  return typeof value === 'string' ? value : undefined;
};

/** undefined for what is not a number. */
export const numberAt = (document: ManifestDocument, path: Path): number | undefined => {
  const value = valueAt(document, path);
  return typeof value === 'number' ? value : undefined;
};

/** The strings of a map; empty for what is not a map. */
export const textsAt = (document: ManifestDocument, path: Path): Readonly<Record<string, string>> => {
  const value = valueAt(document, path);
  const entries = isMap(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])));
};

/** One argument of a component, and where it stands. */
export type WrittenArgument = { readonly name: string; readonly value: string; readonly path: Path };

/** The extra arguments of a component, which are a map in v1beta1 and a list in v1beta2; what is neither is left out. */
export const argumentsAt = (document: ManifestDocument, path: Path): readonly WrittenArgument[] => {
  const written = valueAt(document, path);
  if (!Array.isArray(written)) {
    return Object.entries(textsAt(document, path)).map(([name, value]) => ({ name, value, path: [...path, name] }));
  }
  return (written as readonly unknown[]).flatMap((entry, index): readonly WrittenArgument[] => {
    const { name, value } = isMap(entry) ? entry : {};
    return typeof name === 'string' && typeof value === 'string' ? [{ name, value, path: [...path, index] }] : [];
  });
};

/** A kind or name that is shown in messages: only if it is what it should be, a short word. */
const shortWord = (text: string | undefined): string | undefined =>
  text !== undefined && /^[\w.-]{1,63}$/.test(text) ? text : undefined;

/** Names from the manifest are part of messages, and may be anything of any length. */
const MESSAGE_LENGTH = 500;

const toSafe = (text: string, fallback: string): string =>
  looksSecret(text) ? fallback : toPrintable(text, MESSAGE_LENGTH);

/** Puts a finding into its place in the file. */
export const problemAt = (
  document: ManifestDocument,
  path: Path,
  { reason = 'Invalid value', message, expected }: Wrong,
): ManifestProblem => {
  const kind = shortWord(textAt(document, ['kind']));
  const name = shortWord(textAt(document, ['metadata', 'name']));
  const value = reason === 'Unknown field' ? undefined : showValue(path, valueAt(document, path));
  const isUnfilled = value !== undefined && /\$\{[A-Z_]/.test(value);
  return {
    ...(document.source === undefined ? {} : { source: document.source }),
    document: document.number,
    ...(kind === undefined ? {} : { kind }),
    ...(name === undefined ? {} : { name }),
    path: formatPath(path),
    ...(reason === 'Unknown field' ? document.locateKey(path) : document.locate(path)),
    reason,
    ...(value === undefined ? {} : { value }),
    message: toSafe(message, 'is not right'),
    expected: isUnfilled
      ? 'fill in the variables of the template: "clusterctl generate cluster" does so'
      : toSafe(expected, 'correct the value'),
  };
};
