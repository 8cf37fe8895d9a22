import { chmodSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { slipwayHome } from '../../node-image/tool-paths.mjs';

/** Where the local Temporal server and the worker keep their records, logs and data. */
export type LocalHome = {
  readonly root: string;
  /** Records of what runs, one JSON file a process. */
  readonly run: string;
  readonly logs: string;
  readonly database: string;
  /** `SLIPWAY_STORE`, or a directory beside it: what must outlive Temporal's database. */
  readonly store: string;
};

export function localHome(env: NodeJS.ProcessEnv = process.env): LocalHome {
  const root = slipwayHome(env);
  return {
    root,
    run: join(root, 'run'),
    logs: join(root, 'logs'),
    database: join(root, 'temporal.db'),
    store: storeLocation(env['SLIPWAY_STORE'], root),
  };
}

/** Logs and the database tell what clusters exist: nobody but the user reads them. */
export function prepareHome(home: LocalHome): void {
  for (const directory of [home.root, home.run, home.logs]) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
  }
}

/** The worker runs in another directory, so a relative path is made absolute; a URL is left as it is. */
function storeLocation(chosen: string | undefined, root: string): string {
  if (chosen === undefined || chosen === '') return join(root, 'store');
  return chosen.includes('://') ? chosen : resolve(chosen);
}
