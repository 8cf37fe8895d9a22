import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, parse, parseAllDocuments, Scalar, YAMLMap, YAMLSeq, type Document, type ParsedNode } from 'yaml';
import { GeneralError } from '../errors.ts';
import { errnoOf } from '../local/errno.ts';

/** A list of a kubeconfig, and the field that holds an entry's content. */
export const sections = { clusters: 'cluster', users: 'user', contexts: 'context' } as const;
export type Section = keyof typeof sections;

/** A kubeconfig that can be changed in place: comments, order and fields that nobody knows stay. */
export type KubeconfigDocument = {
  readonly path: string;
  /** As it was read; "" where the file is not there yet. */
  readonly text: string;
  /** The same as it would be written: another text than this one is a change. */
  readonly unchanged: string;
  readonly document: Document<ParsedNode>;
};

const emptyKubeconfig = 'apiVersion: v1\nkind: Config\npreferences: {}\nclusters: []\ncontexts: []\nusers: []\ncurrent-context: ""\n';

/** @throws GeneralError where it is no kubeconfig; what it says repeats nothing of the file, which holds keys */
export function readKubeconfig(path: string): KubeconfigDocument {
  const text = readText(path);
  return parseKubeconfig(path, text);
}

export function parseKubeconfig(path: string, text: string): KubeconfigDocument {
  // Failsafe: every value is text and is written back as it was, 0600 and 1.10 too.
  const options = { schema: 'failsafe', prettyErrors: false } as const;
  const [document, ...more] = parseAllDocuments(text.trim() === '' ? emptyKubeconfig : text, options);
  if (document === undefined) throw malformed(path, 'it is empty but for comments');
  if (more.length > 0) throw malformed(path, 'it has more than one document');
  const [error] = document.errors;
  if (error !== undefined) throw malformed(path, `it is no YAML (${error.code}, line ${lineOf(text, error.pos[0])})`);
  if (!isMap(document.contents)) throw malformed(path, 'it is no mapping');
  const kind = textOf(document.get('kind'));
  if (kind !== undefined && kind !== 'Config') throw malformed(path, 'its kind is not Config');
  for (const section of Object.keys(sections)) {
    const list = document.get(section, true);
    if (!isSeq(list) && !isNothing(list)) throw malformed(path, `its ${section} are no list`);
  }
  return { path, text, document, unchanged: printKubeconfig({ text, document }) };
}

/** The file's new text. */
export function printKubeconfig({ text, document }: Pick<KubeconfigDocument, 'text' | 'document'>): string {
  const asJson = text.trimStart().startsWith('{');
  return document.toString({
    lineWidth: 0,
    flowCollectionPadding: false,
    // kubectl writes lists at the column of their key.
    indentSeq: !/^(clusters|contexts|users):\s*(#.*)?\n-/m.test(text) && text.trim() !== '',
    ...(asJson ? { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE' } : {}),
  });
}

export function listEntries({ document }: KubeconfigDocument, section: Section): readonly YAMLMap[] {
  const list = document.get(section, true);
  return isSeq(list) ? list.items.filter((item) => isMap(item)) : [];
}

export function nameOfEntry(entry: YAMLMap): string | undefined {
  return textOf(entry.get('name'));
}

export function findEntry(kubeconfig: KubeconfigDocument, section: Section, name: string): YAMLMap | undefined {
  return listEntries(kubeconfig, section).find((entry) => nameOfEntry(entry) === name);
}

/** Text at a path inside an entry: ["cluster", "server"]. */
export function entryText(entry: YAMLMap, path: readonly string[]): string | undefined {
  return textOf(entry.getIn(path));
}

/** Sets those fields of an entry's content; `replace` also takes away the others. Appends the entry where there is none. */
export function putEntry(
  kubeconfig: KubeconfigDocument,
  put: { readonly section: Section; readonly name: string; readonly content: Readonly<Record<string, unknown>>; readonly replace: boolean },
): void {
  const { section, name, content, replace } = put;
  const field = sections[section];
  const before = findEntry(kubeconfig, section, name);
  const existing = before?.get(field, true);
  if (before !== undefined && isMap(existing) && !replace) {
    for (const [key, value] of Object.entries(content)) existing.set(key, makeNode(value));
    return;
  }
  if (before !== undefined) {
    before.set(field, makeNode(content));
    return;
  }
  const list = kubeconfig.document.get(section, true);
  const entry = makeNode({ [field]: content, name });
  if (isSeq(list) && list.items.length > 0) {
    list.add(entry);
    return;
  }
  const created = new YAMLSeq();
  created.add(entry);
  kubeconfig.document.set(section, created);
}

export function removeEntries({ document }: KubeconfigDocument, section: Section, remove: (entry: YAMLMap) => boolean): number {
  const list = document.get(section, true);
  if (!isSeq(list)) return 0;
  const kept = list.items.filter((item) => !isMap(item) || !remove(item));
  const removed = list.items.length - kept.length;
  list.items = kept;
  if (removed > 0 && kept.length === 0) list.flow = true;
  return removed;
}

export function currentContext({ document }: KubeconfigDocument): string {
  return textOf(document.get('current-context')) ?? '';
}

export function setCurrentContext({ document }: KubeconfigDocument, context: string): void {
  document.set('current-context', makeNode(context));
}

/** Plain text stays plain only where no reader of YAML takes it for something else. */
function makeNode(value: unknown): Scalar | YAMLMap | YAMLSeq {
  if (Array.isArray(value)) {
    const list = new YAMLSeq();
    for (const item of value) list.add(makeNode(item));
    return list;
  }
  if (typeof value === 'object' && value !== null) {
    const map = new YAMLMap();
    for (const [key, inner] of Object.entries(value)) map.set(new Scalar(key), makeNode(inner));
    return map;
  }
  const text = new Scalar(String(value));
  if (text.value === '' || parse(text.value) !== text.value) text.type = Scalar.QUOTE_DOUBLE;
  return text;
}

function textOf(value: unknown): string | undefined {
  if (isScalar(value)) return textOf(value.value);
  return typeof value === 'string' ? value : undefined;
}

/** `clusters:`, `clusters: null` and no such field are the same to kubectl. */
function isNothing(node: unknown): boolean {
  return node === undefined || (isScalar(node) && ['', 'null', '~'].includes(String(node.value)));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return '';
    throw new GeneralError({ what: `the kubeconfig ${path} cannot be read: ${errnoOf(cause) ?? 'unknown error'}`, where: path, unchanged: 'no kubeconfig was changed', cause });
  }
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function malformed(path: string, why: string): GeneralError {
  return new GeneralError({
    what: `${path} is no kubeconfig that can be changed: ${why}`,
    where: path,
    unchanged: 'no kubeconfig was changed',
    next: ['mend it or move it away, or leave it out of $KUBECONFIG'],
  });
}
