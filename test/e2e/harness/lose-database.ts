import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Installation } from './installation.ts';
import { killRecorded } from './local-processes.ts';

/** Stops the installation and removes Temporal's database, with what SQLite keeps beside it. Returns the files' names. */
export async function loseDatabase(installation: Installation): Promise<readonly string[]> {
  await installation.succeed(['down'], { timeoutMs: 120_000 });
  // A server that still ran would write to a file that has no name any more.
  await killRecorded(installation.home);
  const { database } = installation.home;
  const files = (await readdir(dirname(database))).filter((file) => file.startsWith(basename(database)));
  if (!files.includes(basename(database))) throw new Error(`there is no ${database} to lose`);
  for (const file of files) await rm(join(dirname(database), file));
  return files;
}
