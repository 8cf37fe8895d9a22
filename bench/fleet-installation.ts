import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { localHome } from '../cli/local/home.ts';
import { runningRecord, type LocalProcessName } from '../cli/local/process-record.ts';
import { dynamicConfigArgs } from '../cli/local/temporal-server.ts';
import { toolPath } from '../node-image/tool-paths.mjs';
import { runCommand } from './run-command.ts';

const bin = fileURLToPath(new URL('../cli/bin.mjs', import.meta.url));

/** Temporal's dev server in memory, a worker and the simulator, for one benchmark of many clusters. */
export type FleetInstallation = {
  readonly client: Client;
  /** Process ids by what they are. */
  readonly processes: Readonly<Record<'temporal' | 'worker' | 'simulator' | 'client', number>>;
  readonly remove: () => Promise<void>;
};

export async function startFleetInstallation(options: { readonly port: number; readonly speed: string }): Promise<FleetInstallation> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-fleet-'));
  const address = `127.0.0.1:${options.port}`;
  const server = spawn(toolPath('temporal'), ['server', 'start-dev', '--ip=127.0.0.1', `--port=${options.port}`, '--headless', '--log-level=error', ...dynamicConfigArgs], { stdio: 'ignore' });
  const connection = await connect(address, server);
  const env = { ...process.env, SLIPWAY_HOME: root, TEMPORAL_ADDRESS: address, NO_COLOR: '1' };
  await runCommand(process.execPath, [bin, 'up', '--simulator-speed', options.speed], env);
  const pidOf = (name: LocalProcessName): number => runningRecord(localHome(env), name)?.pid ?? 0;
  return {
    client: new Client({ connection }),
    processes: { temporal: server.pid ?? 0, worker: pidOf('worker'), simulator: pidOf('simulator'), client: process.pid },
    async remove() {
      await connection.close();
      await runCommand(process.execPath, [bin, 'down'], env);
      server.kill('SIGTERM');
      await once(server, 'exit');
      await rm(root, { recursive: true });
    },
  };
}

async function connect(address: string, server: ChildProcess): Promise<Connection> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await Connection.connect({ address, connectTimeout: '2 seconds' });
    } catch (error) {
      if (server.exitCode !== null || tries > 100) throw error;
      await delay(100);
    }
  }
}
