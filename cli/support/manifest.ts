import type { Bundle } from './bundle.ts';
import { renderTable } from '../render/table.ts';

/** The first thing to read in a bundle: what is in it, what is not, and why not. */
export function renderManifest(
  bundle: Bundle,
  facts: { readonly cluster: string; readonly uid?: string; readonly writtenAt: Date; readonly version: string; readonly notes: readonly string[] },
): string {
  const { cluster, uid, writtenAt, version, notes } = facts;
  const files = bundle.files();
  const missing = bundle.missing();
  const rows = files.map(({ path, content }) => [String(Buffer.byteLength(content)), path]);
  const lines = [
    `Support bundle of cluster ${cluster}${uid === undefined ? '' : ` (UID ${uid})`}`,
    `Written ${writtenAt.toISOString()} by slipway ${version}, Node ${process.version} on ${process.platform} ${process.arch}`,
    ...notes,
    '',
    'Keys, tokens, passwords and what the manifest keeps secret were taken out of every file: "[removed: …]" stands there.',
    'Names, addresses and what programs wrote are as they were: read it before you hand it on.',
    '',
    `Contents: ${files.length} files`,
    renderTable({ header: ['BYTES', 'FILE'], rows }),
    missing.length === 0 ? 'Nothing is missing.\n' : `Could not be had, or not as a whole: ${missing.length}`,
  ];
  const absent = missing.length === 0 ? '' : renderTable({ header: ['FILE', 'WHY'], rows: missing.map(({ path, reason }) => [path, reason.replaceAll(/\s+/g, ' ')]) });
  return `${lines.join('\n')}${absent === '' ? '' : `\n${absent}`}`;
}
