import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { SupportFile } from '../../domain/support.ts';

/** A gzip-compressed tar of those files below one folder; only their owner may read them once unpacked. */
export async function packArchive(folder: string, files: readonly SupportFile[], at: Date): Promise<Buffer> {
  const archive = pack();
  for (const { path, content } of files) archive.entry({ name: `${folder}/${path}`, mode: 0o600, mtime: at }, content);
  archive.finalize();
  return buffer(archive.pipe(createGzip()));
}
