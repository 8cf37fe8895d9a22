import { parseArgs } from 'node:util';
import { z } from 'zod';
import { renderTable } from '../cli/render/table.ts';
import { versions } from '../node-image/versions.mjs';
import { createBySlipway, deleteBySlipway } from './by-slipway.ts';
import { describeMachine } from './describe-machine.ts';
import { fillEtcd } from './fill-etcd.ts';
import { startInstallation, type Installation } from './installation.ts';
import { removeOnSignals, say } from './progress.ts';
import { readMachines } from './read-machines.ts';
import { runCommand } from './run-command.ts';
import { watchMemory, type Memory } from './watch-memory.ts';
import { writeResults } from './write-results.ts';

/**
 * What a large etcd costs the worker: its memory while a backup is taken, verified and recovered from. etcd's
 * default quota is 2 GiB.
 *
 *   npm run bench:backup-size -- --megabytes 1000 --port 19340 --ui-port 19341
 */
const { values } = parseArgs({
  options: { megabytes: { type: 'string', default: '1000' }, port: { type: 'string', default: '19340' }, 'ui-port': { type: 'string', default: '19341' } },
});
const whole = z.coerce.number().int().min(1);
const { megabytes, port, 'ui-port': uiPort } = z.object({ megabytes: whole.max(1900), port: whole, 'ui-port': whole }).parse(values);

const cluster = 'bench-backup-size';
/** Growth, MiB: what is streamed must not be held. */
const aim = 150;

type Measured = { readonly what: string; readonly seconds: number; readonly memory: Memory };

async function measure(installation: Installation): Promise<{ readonly databaseBytes: number; readonly measured: readonly Measured[] }> {
  const { slipway } = installation;
  await createBySlipway(installation, cluster, { controlPlanes: 1, workers: 0 });
  try {
    const [machine] = await readMachines(installation, cluster);
    if (machine === undefined) throw new Error(`${cluster} has no Machine`);
    const measured: Measured[] = [];
    const command = async (what: string, ...args: readonly string[]): Promise<void> => {
      const { result, memory } = await watchMemory(installation, () => slipway(...args));
      measured.push({ what, seconds: result.seconds, memory });
      say(`${what}: ${result.seconds.toFixed(1)} s, worker ${memory.before.toFixed(0)} → at most ${memory.most.toFixed(0)} MiB`);
    };
    await command('backup, empty', 'backup', 'create', cluster);
    const databaseBytes = await fillEtcd(machine.name, megabytes);
    say(`etcd's database has ${databaseBytes} bytes`);
    await command('backup', 'backup', 'create', cluster);
    await command('verify', 'backup', 'verify', cluster);
    await runCommand('docker', ['rm', '--force', '--volumes', machine.name]);
    await command('recover', 'recover', `cluster/${cluster}`, '--yes');
    return { databaseBytes, measured };
  } finally {
    await deleteBySlipway(installation, cluster);
  }
}

async function run() {
  const installation = await startInstallation({ port, uiPort });
  try {
    return { date: new Date().toISOString(), machine: await describeMachine(), kubernetes: versions.kubernetes, ...(await measure(installation)) };
  } finally {
    await installation.remove();
  }
}

removeOnSignals();
const results = await run();
const rows = results.measured.map(({ what, seconds, memory }) => [what, seconds.toFixed(1), memory.before.toFixed(0), memory.most.toFixed(0), memory.growth.toFixed(0), memory.growth <= aim ? 'yes' : 'no']);
process.stdout.write(`${renderTable({ header: ['WHAT', 'SECONDS', 'MIB BEFORE', 'AT MOST', 'GROWTH', `<= ${aim}`], rows })}\n`);
say(`written: ${await writeResults(results, 'backup-size')}`);
