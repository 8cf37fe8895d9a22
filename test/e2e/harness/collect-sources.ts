import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { docker, execInside, installationObjects } from './docker.ts';
import { decodePayloads, dumpHistories, readCurrentDetails } from './histories.ts';
import type { Installation } from './installation.ts';
import { source, type Source } from './secret-search.ts';

/** Everything that somebody could read of an installation without having its key file. */
export async function collectSources(installation: Installation): Promise<readonly Source[]> {
  const { home, transcript } = installation;
  const client = await installation.temporal();
  const histories = await dumpHistories(client);
  const { containers } = await installationObjects(await installation.storeId());
  return [
    source('histories', JSON.stringify(histories)),
    source('histories, decoded', JSON.stringify(decodePayloads(histories))),
    source('current details', JSON.stringify(await readCurrentDetails(client))),
    ...transcript.map(({ args, stdout, stderr }) => source(`output of ${args.slice(0, 2).join(' ')}`, stdout + stderr)),
    ...(await readFolder(home.logs, 'log')),
    ...(await readFolder(home.store, 'store')),
    // What commands wrote to their temporary directory and did not remove.
    ...(await readFolder(join(home.root, 'tmp'), 'temporary file')),
    ...(await readDatabase(home.database)),
    ...(await Promise.all(containers.map(readContainer))).flat(),
  ];
}

async function readFolder(folder: string, what: string): Promise<readonly Source[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => source(`${what} ${relative(folder, file)}`, await readFile(file))));
}

/** SQLite keeps the newest pages in files of their own beside the database. */
async function readDatabase(database: string): Promise<readonly Source[]> {
  const folder = join(database, '..');
  const files = (await readdir(folder)).filter((entry) => join(folder, entry).startsWith(database));
  return Promise.all(files.map(async (entry) => source(`database ${entry}`, await readFile(join(folder, entry)))));
}

async function readContainer(name: string): Promise<readonly Source[]> {
  const container = docker.getContainer(name);
  const [inspected, logs, journal] = await Promise.all([
    container.inspect(),
    container.logs({ stdout: true, stderr: true }),
    execInside(name, 'journalctl --no-pager --all'),
  ]);
  return [
    source(`container ${name}`, JSON.stringify(inspected)),
    source(`console of ${name}`, logs),
    ...(journal.code === 0 ? [source(`journal of ${name}`, journal.stdout)] : []),
  ];
}
