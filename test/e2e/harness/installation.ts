import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { z } from 'zod';
import { localHome, type LocalHome } from '../../../cli/local/home.ts';
import { processIdentity } from '../../../cli/local/process-identity.ts';
import { startCli, type CliOptions, type CliResult, type RunningCli } from './cli.ts';
import { removeInstallation } from './docker.ts';
import { removeForeignObjects } from './foreign-objects.ts';
import { findFreePorts } from './free-ports.ts';
import { killRecorded, requireProcess } from './local-processes.ts';
import { note } from './note.ts';

const storeIdentity = z.object({ id: z.uuid() });

export const homePrefix = 'slipway-e2e-';

/** Slipway as a user has it, with a home, a Temporal server, a worker and a store of its own. */
export type Installation = {
  readonly name: string;
  readonly home: LocalHome;
  readonly env: NodeJS.ProcessEnv;
  /** All commands that have ended, oldest first. */
  readonly transcript: readonly CliResult[];
  readonly start: (args: readonly string[], options?: CliOptions) => RunningCli;
  readonly run: (args: readonly string[], options?: CliOptions) => Promise<CliResult>;
  /** Its standard output. @throws Error with everything it said, unless it exits with 0 */
  readonly succeed: (args: readonly string[], options?: CliOptions) => Promise<string>;
  /** Starts what does not run of server and worker; `env` goes to what it starts. */
  readonly up: (env?: NodeJS.ProcessEnv) => Promise<void>;
  readonly temporal: () => Promise<Client>;
  /** What its containers, networks and volumes are labelled with. */
  readonly storeId: () => Promise<string>;
  /** A cluster's name that nobody else has, valid and short. */
  readonly clusterName: (short: string) => string;
  /** Ends its processes, removes its Docker objects and its home. */
  readonly remove: () => Promise<void>;
};

export async function createInstallation(name: string): Promise<Installation> {
  const root = await mkdtemp(join(tmpdir(), `${homePrefix}${name}-`));
  // Whoever finds this home without its owner may clear it away: see sweep-abandoned.ts.
  await writeFile(join(root, 'owner.json'), JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) }));
  await mkdir(join(root, 'tmp'));
  const env = cleanEnvironment(root);
  const home = localHome(env);
  const [port, uiPort] = await findFreePorts(2);
  const transcript: CliResult[] = [];
  const running = new Set<RunningCli>();
  let connection: Connection | undefined;

  const startWith = (environment: NodeJS.ProcessEnv, args: readonly string[], options?: CliOptions): RunningCli => {
    const cli = startCli({ ...environment, ...options?.env }, args, options);
    running.add(cli);
    const remember = async (): Promise<void> => {
      transcript.push(await cli.ended);
      running.delete(cli);
    };
    void remember();
    return cli;
  };
  const succeedWith = async (environment: NodeJS.ProcessEnv, args: readonly string[], options?: CliOptions): Promise<string> => {
    const { code, stdout, stderr } = await startWith(environment, args, options).ended;
    if (code !== 0) throw new Error(`slipway ${args.join(' ')}: exit code ${code}\n${stdout}${stderr}`);
    return stdout;
  };

  return {
    name,
    home,
    env,
    transcript,
    start: (args, options) => startWith(env, args, options),
    run: (args, options) => startWith(env, args, options).ended,
    succeed: (args, options) => succeedWith(env, args, options),
    async up(extra = {}) {
      await succeedWith({ ...env, ...extra }, ['up', '--port', String(port), '--ui-port', String(uiPort)], { timeoutMs: 240_000 });
    },
    async temporal() {
      connection ??= await Connection.connect({ address: requireProcess(home, 'temporal').address });
      return new Client({ connection });
    },
    storeId: () => readStoreId(root),
    clusterName: (short) => `e2e-${short}-${randomBytes(2).toString('hex')}`,
    async remove() {
      for (const cli of running) cli.kill('SIGKILL');
      await connection?.close();
      await removeHome(root);
    },
  };
}

/** Everything of the installation whose home that is; its processes first, because they could make more. */
export async function removeHome(root: string): Promise<void> {
  await killRecorded(localHome({ SLIPWAY_HOME: root }));
  const storeId = await readStoreId(root).catch(() => undefined);
  if (storeId !== undefined) {
    await removeInstallation(storeId);
    await removeForeignObjects(storeId);
  }
  await rm(root, { recursive: true, force: true });
  note(`removed ${root}`);
}

async function readStoreId(root: string): Promise<string> {
  const text = await readFile(join(root, 'store', 'data', 'store.json'), 'utf8');
  return storeIdentity.parse(JSON.parse(text)).id;
}

/** The caller's settings of Slipway, Temporal and Node must not reach the installation. */
function cleanEnvironment(root: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([key]) => key === 'SLIPWAY_CACHE' || !/^(SLIPWAY|TEMPORAL|NODE|VITEST|FORCE_COLOR|NO_COLOR)/.test(key),
  );
  return { ...Object.fromEntries(kept), SLIPWAY_HOME: root, TMPDIR: join(root, 'tmp'), NO_COLOR: '1' };
}
