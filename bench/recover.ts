import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { joinedControlPlanes } from '../domain/machine.ts';
import { toolPath } from '../node-image/tool-paths.mjs';
import { versions } from '../node-image/versions.mjs';
import { createBySlipway, deleteBySlipway } from './by-slipway.ts';
import { describeMachine } from './describe-machine.ts';
import { startInstallation, type Installation } from './installation.ts';
import { removeOnSignals, say } from './progress.ts';
import { readMachines } from './read-machines.ts';
import { runCommand } from './run-command.ts';
import { writeResults } from './write-results.ts';

type Round = {
  /** `slipway backup create` of a cluster with nothing in it. */
  readonly backup: number;
  /** From the start of `slipway recover`: until the endpoint's API server is ready … */
  readonly serving: number;
  /** … until three members have joined … */
  readonly threeMembers: number;
  /** … and until the command has ended. */
  readonly all: number;
};

const cluster = 'bench-recover';
const pollMs = 250;
/** A control plane that has not come back by then will not. */
const giveUpMs = 15 * 60_000;

/**
 * How long a recovery in place takes: of three control planes two are removed for good.
 *
 *   npm run bench:recover -- --rounds 3 --port 19340 --ui-port 19341
 */
function readRequest(): { readonly rounds: number; readonly port: number; readonly uiPort: number } {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, port: { type: 'string', default: '19340' }, 'ui-port': { type: 'string', default: '19341' } } });
  const number = (flag: keyof typeof values): number => {
    if (/^\d+$/.test(values[flag])) return Number(values[flag]);
    throw new RangeError(`--${flag} takes a whole number, not ${JSON.stringify(values[flag])}`);
  };
  return { rounds: number('rounds'), port: number('port'), uiPort: number('ui-port') };
}

async function measure(installation: Installation, kubeconfig: string): Promise<Round> {
  const { slipway } = installation;
  await createBySlipway(installation, cluster, { controlPlanes: 3, workers: 1 });
  try {
    await slipway('get', 'kubeconfig', cluster, '-f', kubeconfig);
    const isReady = (): Promise<boolean> =>
      runCommand(toolPath('kubectl'), ['--kubeconfig', kubeconfig, '--request-timeout', '2s', 'get', '--raw', '/readyz']).then(
        ({ output }) => output === 'ok',
        () => false,
      );
    const { seconds: backup } = await slipway('backup', 'create', `cluster/${cluster}`);
    const old = (await readMachines(installation, cluster)).filter(({ role }) => role === 'control-plane').map(({ name }) => name);
    for (const name of old.slice(1)) await runCommand('docker', ['rm', '--force', '--volumes', name]);
    await until('the API server to be gone', async () => !(await isReady()));
    const startedAt = performance.now();
    const since = (): number => (performance.now() - startedAt) / 1000;
    const [serving, threeMembers, all] = await Promise.all([
      until('the API server', isReady).then(since),
      until('three members', async () => joinedControlPlanes(await readMachines(installation, cluster)).filter((machine) => !old.includes(machine.name)).length === 3).then(since),
      slipway('recover', `cluster/${cluster}`, '--yes').then(since),
    ]);
    return { backup, serving, threeMembers, all };
  } finally {
    await deleteBySlipway(installation, cluster);
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + giveUpMs; !(await isSo()); await delay(pollMs)) {
    if (performance.now() > deadline) throw new Error(`waited ${giveUpMs / 60_000} minutes for ${what}`);
  }
}

async function run({ rounds, port, uiPort }: ReturnType<typeof readRequest>) {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-recover-'));
  const installation = await startInstallation({ port, uiPort });
  try {
    const measured: Round[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const result = await measure(installation, join(folder, `${round}.kubeconfig`));
      measured.push(result);
      say(`round ${round}: backup ${result.backup.toFixed(1)} s, serving ${result.serving.toFixed(1)} s, three members ${result.threeMembers.toFixed(1)} s, all ${result.all.toFixed(1)} s`);
    }
    return { date: new Date().toISOString(), machine: await describeMachine(), kubernetes: versions.kubernetes, rounds: measured };
  } finally {
    await Promise.allSettled([installation.remove(), rm(folder, { recursive: true, force: true })]);
  }
}

removeOnSignals();
const results = await run(readRequest());
process.stdout.write(`${JSON.stringify(results.rounds, undefined, 2)}\n`);
say(`written: ${await writeResults(results, 'recover')}`);
