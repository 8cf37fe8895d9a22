import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { processIdentity } from '../../../cli/local/process-identity.ts';
import { homePrefix, removeHome } from './installation.ts';
import { note } from './note.ts';

const ownerRecord = z.object({ pid: z.int(), identity: z.string() });

/** Clears away what test runs left that were killed before they could: their owner's process is gone. */
export async function sweepAbandoned(): Promise<void> {
  const homes = (await readdir(tmpdir())).filter((entry) => entry.startsWith(homePrefix));
  for (const home of homes.map((entry) => join(tmpdir(), entry))) {
    if (!(await isAbandoned(home))) continue;
    note(`clearing away ${home}: its test run is gone`);
    await removeHome(home);
  }
}

/** A home without a readable owner is being made, or was made by somebody else: it stays. */
async function isAbandoned(home: string): Promise<boolean> {
  try {
    const { pid, identity } = ownerRecord.parse(JSON.parse(await readFile(join(home, 'owner.json'), 'utf8')));
    return processIdentity(pid) !== identity;
  } catch {
    return false;
  }
}
