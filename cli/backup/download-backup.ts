import { createReadStream, existsSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { workflowTypes, type BackupLocation, type LocateBackupInput } from '../../workflows/contracts.ts';
import { clusterWorkflowId } from '../../workflows/messages.ts';
import { BackupDestinationError, BackupUnusableError, UsageError } from '../errors.ts';
import { formatBytes } from '../render/bytes.ts';
import { askSealed } from '../sealed-answers.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';
import { requireBackupId, type NamedBackup } from './request.ts';

const locationSchema: z.ZodType<BackupLocation> = z.union([
  z.object({ kind: z.literal('file'), path: z.string(), bytes: z.number() }),
  z.object({ kind: z.literal('url'), url: z.url(), bytes: z.number() }),
]);

/** The object as it is, into a file of mode 0600. It goes past Temporal: the worker says where it lies, and this process fetches it. */
export async function downloadBackup({ cluster, id }: NamedBackup, flags: { readonly filename?: string }): Promise<void> {
  const backup = requireBackupId(id, cluster);
  const file = flags.filename ?? `${backup}.slipway-backup`;
  if (existsSync(file)) throw new UsageError({ what: `${file} is there already`, unchanged: 'nothing was fetched', next: ['name another file with -f'] });
  const location = await withTemporal(async (session) => {
    const answer = await askSealed(session, {
      type: workflowTypes.locateBackup,
      idPrefix: `${clusterWorkflowId(cluster)}/download-backup`,
      context: 'backup-location',
      input: (recipient): LocateBackupInput => ({ cluster, id: backup, recipient }),
    });
    return locationSchema.parse(JSON.parse(answer));
  });
  await fetchWhole(location, file);
  writeStory(`wrote ${file} (${formatBytes(location.bytes)}, mode 0600); it opens with the exported key alone`);
}

async function fetchWhole(location: BackupLocation, path: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      for await (const chunk of await source(location)) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    const { size } = await stat(temporary);
    if (size !== location.bytes) throw new BackupUnusableError({ what: `${size} of ${location.bytes} bytes came`, unchanged: `${path} was not written`, next: ['run the command again'] });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function source(location: BackupLocation): Promise<AsyncIterable<Uint8Array>> {
  if (location.kind === 'file') {
    if (existsSync(location.path)) return createReadStream(location.path);
    throw new BackupDestinationError({
      what: `the backup lies in ${location.path} on the worker's host, which this host does not see`,
      unchanged: 'nothing was fetched',
      next: ["copy that file from the worker's host"],
    });
  }
  const answer = await fetch(location.url);
  if (answer.ok && answer.body !== null) return Readable.fromWeb(answer.body);
  throw new BackupDestinationError({ what: `the destination answered ${answer.status} ${answer.statusText}`, unchanged: 'nothing was fetched' });
}
