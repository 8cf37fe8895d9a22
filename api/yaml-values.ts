import { isAlias, isMap, isScalar, isSeq, type Document } from 'yaml';
import { LIMITS } from './limits.ts';
import type { ManifestDocument, Path, Position } from './manifest-document.ts';
import { showKey } from './validation/hidden.ts';
import type { Wrong } from './validation/wrong.ts';
import { describeSyntaxError } from './yaml-errors.ts';

/** Reports something that is wrong at an offset of the text. */
export type Find = (offset: number, wrong: Wrong) => void;

/** How many values may still be made; shared by all documents of a text. */
export type Budget = { nodes: number };

type Places = { readonly value: Position; readonly key: Position };

export const TOO_DEEP: Wrong = {
  reason: 'Too long',
  message: 'the YAML is nested too deeply',
  expected: `use at most ${LIMITS.yamlDepth} levels`,
};
const TOO_MANY: Wrong = {
  reason: 'Too long',
  message: `the manifest holds more than ${LIMITS.yamlNodes} values, aliases expanded`,
  expected: 'use a smaller one',
};
const KEY_NOT_TEXT: Wrong = { reason: 'Syntax error', ...describeSyntaxError('NON_STRING_KEY') };
const MERGE_KEY: Wrong = {
  reason: 'Forbidden',
  message: 'YAML merge keys (<<) are not read',
  expected: 'write the fields out',
};

const PROTO_KEY: Wrong = { reason: 'Forbidden', message: 'no field is called __proto__', expected: 'leave it out' };

const START: Position = { line: 1, column: 1 };
const pathKey = (path: Path): string => JSON.stringify(path);

/**
 * The values of one document and where they stand. Aliases are followed here, within a budget, because the library
 * would expand them without regard to the size of the result.
 */
export const toValues = ({
  parsed,
  toPosition,
  find,
  budget,
}: {
  readonly parsed: Document.Parsed;
  readonly toPosition: (offset: number) => Position;
  readonly find: Find;
  readonly budget: Budget;
}): { readonly value: unknown } & Pick<ManifestDocument, 'locate' | 'locateKey'> => {
  const places = new Map<string, Places>();
  const anchors = new Map<string, unknown>();

  const isAffordable = (path: Path, offset: number): boolean => {
    if (!Number.isFinite(budget.nodes)) return false;
    budget.nodes -= 1;
    if (budget.nodes >= 0 && path.length <= LIMITS.yamlDepth) return true;
    find(offset, budget.nodes < 0 ? TOO_MANY : TOO_DEEP);
    // One message is enough, however much is left.
    budget.nodes = Number.NEGATIVE_INFINITY;
    return false;
  };

  const visitMap = (
    items: readonly { readonly key: unknown; readonly value: unknown }[],
    path: Path,
    offset: number,
  ) => {
    const entries = new Map<string, unknown>();
    for (const { key: node, value } of items) {
      const key: unknown = isScalar(node) ? node.value : undefined;
      const at = isScalar(node) ? (node.range?.[0] ?? offset) : offset;
      if (typeof key !== 'string') find(at, KEY_NOT_TEXT);
      else if (key === '<<') find(at, MERGE_KEY);
      // Libraries skip this key without a word.
      else if (key === '__proto__') find(at, PROTO_KEY);
      else if (entries.has(key)) find(at, describeRepeated(path, key));
      else entries.set(key, visit(value, [...path, key], at));
    }
    return Object.fromEntries(entries);
  };

  const visit = (node: unknown, path: Path, keyOffset: number): unknown => {
    if (!isAffordable(path, keyOffset)) return undefined;
    const offset = offsetOf(node) ?? keyOffset;
    places.set(pathKey(path), { value: toPosition(offset), key: toPosition(keyOffset) });
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
      // The library notices a missing anchor only when it makes values itself.
      if (anchors.has(node.source)) return visit(anchors.get(node.source), path, keyOffset);
      find(offset, describeSyntaxError('UNRESOLVED_ALIAS'));
      return undefined;
    }
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return undefined;
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isSeq(node)) return node.items.map((item, index) => visit(item, [...path, index], offsetOf(item) ?? offset));
    if (isMap(node)) return visitMap(node.items, path, offset);
    const value: unknown = node.value;
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value;
    find(offset, describeSyntaxError('TAG_RESOLVE_FAILED'));
    return undefined;
  };

  const value = visit(parsed.contents, [], offsetOf(parsed.contents) ?? 0);
  return { value, locate: (path) => nearest(places, path, 'value'), locateKey: (path) => nearest(places, path, 'key') };
};

const describeRepeated = (path: Path, key: string): Wrong => ({
  reason: 'Duplicate value',
  message: `the field ${showKey(path, key)} is there twice`,
  expected: 'keep one of them',
});

const offsetOf = (node: unknown): number | undefined => {
  if (!isMap(node) && !isSeq(node) && !isScalar(node) && !isAlias(node)) return undefined;
  return node.range?.[0];
};

/** A path that is not there has the place of the key of its nearest ancestor. */
const nearest = (places: ReadonlyMap<string, Places>, path: Path, pick: keyof Places): Position => {
  for (let length = path.length; length >= 0; length -= 1) {
    const place = places.get(pathKey(path.slice(0, length)));
    if (place !== undefined) return length === path.length ? place[pick] : place.key;
  }
  return START;
};
