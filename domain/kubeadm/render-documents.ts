import { stringify } from 'yaml';

/** A file of several documents. kubeadm reads YAML 1.1, in which a bare `yes` is no text. */
export function renderDocuments(values: readonly unknown[]): string {
  return values.map((value) => stringify(value, { lineWidth: 0, compat: 'yaml-1.1' })).join('---\n');
}
