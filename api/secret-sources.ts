import { ENCODINGS, type Encoding } from './file-content.ts';
import { isMap, textAt, valueAt, type ManifestDocument, type Path } from './manifest-document.ts';
import type { Resource } from './read-resources.ts';

const CONFIG_PATHS: Readonly<Partial<Record<Resource['kind'], Path>>> = {
  KubeadmControlPlane: ['spec', 'kubeadmConfigSpec'],
  KubeadmConfigTemplate: ['spec', 'template', 'spec'],
};

/** A field that takes its value out of a Secret: files[].contentFrom or users[].passwdFrom. */
export type SecretSource = {
  readonly document: ManifestDocument;
  /** Of the map that names the Secret and the key in it. */
  readonly path: Path;
  readonly secret: string;
  readonly key: string | undefined;
  /** Of the file or user that it is part of: whether the value is a password's hash, and how a file's content is encoded. */
  readonly use: 'passwd' | Encoding;
};

/** Wherever kubeadm's configuration names a Secret, in the order of the documents. What names none is left out. */
export const listSecretSources = (resources: readonly Resource[]): readonly SecretSource[] =>
  resources.flatMap(({ kind, document }) => {
    const config = CONFIG_PATHS[kind];
    if (config === undefined) return [];
    return [
      ...listIn(document, [...config, 'files'], 'contentFrom'),
      ...listIn(document, [...config, 'users'], 'passwdFrom'),
    ];
  });

const listIn = (document: ManifestDocument, list: Path, field: string): readonly SecretSource[] => {
  const items = valueAt(document, list);
  if (!Array.isArray(items)) return [];
  return items.flatMap((_item: unknown, index): readonly SecretSource[] => {
    const path: Path = [...list, index, field, 'secret'];
    const secret = textAt(document, [...path, 'name']);
    if (!isMap(valueAt(document, path)) || secret === undefined) return [];
    const encoding = ENCODINGS.find((known) => known === textAt(document, [...list, index, 'encoding'])) ?? '';
    return [{ document, path, secret, key: textAt(document, [...path, 'key']), use: field === 'passwdFrom' ? 'passwd' : encoding }];
  });
};
