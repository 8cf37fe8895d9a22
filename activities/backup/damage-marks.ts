import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import type { BackupDamage } from '../../domain/backup/backup-view.ts';
import type { BackupDestination } from '../seams/backup-destination.ts';
import { parseJson } from '../store/store-json.ts';

const markSchema = z.object({ at: z.number(), reason: z.string() });

/** Beside the backup's own object; no backup by its name. */
export function damageKeyOf(backupKey: string): string {
  return `${backupKey}.damaged`;
}

/** What is there and cannot be read tells of damage all the same. */
export async function readDamage(destination: BackupDestination, backupKey: string, signal: AbortSignal): Promise<BackupDamage | undefined> {
  const object = await destination.open(damageKeyOf(backupKey), signal);
  if (object === undefined) return undefined;
  return markSchema.safeParse(parseJson(await buffer(object))).data ?? { at: 0, reason: `${damageKeyOf(backupKey)} says so` };
}

/** Objects never change: what the last check found takes the place of what one before has. */
export async function writeDamage(destination: BackupDestination, request: { readonly backupKey: string; readonly damage: BackupDamage; readonly signal: AbortSignal }): Promise<void> {
  const { backupKey, damage, signal } = request;
  const key = damageKeyOf(backupKey);
  await destination.delete(key, signal);
  await destination.put(key, Readable.from([Buffer.from(JSON.stringify(damage))]), { signal, onProgress: () => undefined });
}
