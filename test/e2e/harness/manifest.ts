import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMap, parseAllDocuments, type Document } from 'yaml';
import type { Installation } from './installation.ts';

export type ManifestRequest = {
  readonly cluster: string;
  readonly controlPlanes?: number;
  readonly workers?: number;
  /** Sets fields: "KubeadmControlPlane" → path within `spec` → value. */
  readonly spec?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/**
 * What `slipway generate cluster` prints in v1beta1, with the fields that the test wants, as a file in the
 * installation's home. Paths are dotted, below `spec`.
 */
export async function writeManifest(installation: Installation, request: ManifestRequest): Promise<string> {
  const { cluster, controlPlanes = 1, workers = 1, spec = {} } = request;
  const flags = ['--api-version', 'v1beta1', '--control-plane-machine-count', String(controlPlanes), '--worker-machine-count', String(workers)];
  const documents = parseAllDocuments(await installation.succeed(['generate', 'cluster', cluster, ...flags]));
  if (!Array.isArray(documents)) throw new Error('slipway generate printed nothing');
  for (const [kind, fields] of Object.entries(spec)) {
    const chosen = documents.filter((document: Document) => isMap(document.contents) && document.get('kind') === kind);
    if (chosen.length === 0) throw new Error(`the generated manifest has no ${kind}`);
    for (const document of chosen) {
      for (const [path, value] of Object.entries(fields)) document.setIn(['spec', ...path.split('.')], document.createNode(value));
    }
  }
  const file = join(installation.home.root, `${cluster}.yaml`);
  await writeFile(file, documents.map(String).join('---\n'));
  return file;
}
