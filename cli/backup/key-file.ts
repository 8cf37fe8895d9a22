import { readFile } from 'node:fs/promises';
import { seal } from '../../api/sealed-box.ts';
import { UsageError } from '../errors.ts';
import { describeInstallation } from '../local/worker.ts';
import type { TemporalSession } from '../temporal/session.ts';

const TIMEOUT_MS = 60_000;

/** What `slipway backup key export` wrote. @throws UsageError */
export async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError({ what: `the key file ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, unchanged: 'nothing was sent', cause });
  }
}

/** Only this installation's worker can open it. */
export async function sealKey(session: TemporalSession, text: string): Promise<string> {
  const { sealingKey } = await describeInstallation(session, TIMEOUT_MS);
  return seal(sealingKey, text, 'backup-key');
}
