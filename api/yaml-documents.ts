import { LineCounter, parseAllDocuments, type Document } from 'yaml';
import { LIMITS } from './limits.ts';
import { isMap, type ManifestDocument, type Position } from './manifest-document.ts';
import type { ManifestProblem } from './manifest-problem.ts';
import type { Wrong } from './validation/wrong.ts';
import { describeSyntaxError } from './yaml-errors.ts';
import { TOO_DEEP, toValues, type Budget, type Find } from './yaml-values.ts';

type Read = { readonly documents: readonly ManifestDocument[]; readonly problems: readonly ManifestProblem[] };

const TOO_LARGE: Wrong = {
  reason: 'Too long',
  message: 'the manifest is larger than 2 MiB',
  expected: 'use a smaller one: a manifest describes one cluster',
};
const NOT_A_MAP: Wrong = {
  reason: 'Syntax error',
  message: 'the document is not a map of fields',
  expected: 'begin it with apiVersion and kind',
};

/**
 * Reads a multi-document YAML text into plain values. Never throws for anything that the text says: what is wrong with
 * the text itself (size, syntax, duplicate keys, alias bombs, types that JSON does not know) comes back as problems, and
 * a document that has such a problem is not among the documents.
 */
export const readDocuments = (text: string, source?: string): Read => {
  const named = source === undefined ? {} : { source };
  const place = (
    document: number,
    position: Position,
    { reason = 'Syntax error', ...wrong }: Wrong,
  ): ManifestProblem => ({
    ...named,
    document,
    path: '',
    ...position,
    reason,
    ...wrong,
  });
  const refuse = (wrong: Wrong): Read => ({ documents: [], problems: [place(1, { line: 1, column: 1 }, wrong)] });
  if (isTooLarge(text)) return refuse(TOO_LARGE);
  const lineCounter = new LineCounter();
  const parsed = parseText(text, lineCounter);
  if (parsed === undefined) return refuse(TOO_DEEP);

  const toPosition = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const budget: Budget = { nodes: LIMITS.yamlNodes };
  const [documents, problems]: [ManifestDocument[], ManifestProblem[]] = [[], []];
  let number = 0;
  for (const one of parsed) {
    if (isEmpty(one)) continue;
    number += 1;
    const found: ManifestProblem[] = [];
    const find: Find = (offset, wrong) => void found.push(place(number, toPosition(offset), wrong));
    for (const { code, pos } of [...one.errors, ...one.warnings]) find(pos[0], describeSyntaxError(code));
    // Values of a broken document would only bring errors that follow from the first.
    if (found.length === 0) {
      const { value, ...places } = toValues({ parsed: one, toPosition, find, budget });
      if (found.length === 0 && isMap(value)) documents.push({ ...named, number, value, ...places });
      else if (found.length === 0 && value !== null) find(one.contents?.range?.[0] ?? 0, NOT_A_MAP);
    }
    problems.push(...found);
  }
  return { documents, problems };
};

/** The length in UTF-16 comes first: it is known, and never larger than that in UTF-8. */
const isTooLarge = (text: string): boolean =>
  text.length > LIMITS.manifestBytes || new TextEncoder().encode(text).length > LIMITS.manifestBytes;

/** Only comments, or nothing, between two separators. */
const isEmpty = ({ contents, errors }: Document.Parsed): boolean =>
  errors.length === 0 && (contents === null || ('value' in contents && contents.value === null));

/** undefined: nested more deeply than the library's composer, which calls itself for each level, can follow. */
const parseText = (text: string, lineCounter: LineCounter): readonly Document.Parsed[] | undefined => {
  try {
    // Duplicate keys are found later: the library's own search takes quadratic time.
    const parsed = parseAllDocuments(text, { lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
    return 'empty' in parsed ? [] : parsed;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};
