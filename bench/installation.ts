import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { localHome } from '../cli/local/home.ts';
import { runningRecord } from '../cli/local/process-record.ts';
import { runCommand, type Timed } from './run-command.ts';

const bin = fileURLToPath(new URL('../cli/bin.mjs', import.meta.url));

/** Slipway with a home, a Temporal server and a worker of its own, for one benchmark. */
export type Installation = {
  readonly root: string;
  readonly slipway: (...args: string[]) => Promise<Timed>;
  readonly client: Client;
  /** Resident memory of the worker's process, in MiB. */
  readonly workerMemory: () => Promise<number>;
  readonly remove: () => Promise<void>;
};

export async function startInstallation(ports: { readonly port: number; readonly uiPort: number }): Promise<Installation> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  const env = { ...process.env, SLIPWAY_HOME: root, NO_COLOR: '1' };
  const slipway = (...args: string[]): Promise<Timed> => runCommand(process.execPath, [bin, ...args], env);
  await slipway('up', '--port', String(ports.port), '--ui-port', String(ports.uiPort));
  // A page of a history of a hundred Machines is larger than the 4 MiB that gRPC takes unless told otherwise.
  const channelArgs = { 'grpc.max_receive_message_length': 64 * 2 ** 20 };
  const connection = await Connection.connect({ address: `127.0.0.1:${ports.port}`, channelArgs });
  return {
    root,
    slipway,
    client: new Client({ connection }),
    async workerMemory() {
      const worker = runningRecord(localHome(env), 'worker');
      const status = worker === undefined ? '' : await readFile(`/proc/${worker.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024;
    },
    async remove() {
      await connection.close();
      await slipway('down');
      await rm(root, { recursive: true });
    },
  };
}
