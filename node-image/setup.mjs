#!/usr/bin/env node
// @ts-check
// Prepares a machine for Slipway. Runs on Node 20 before anything is installed: no dependencies, plain JavaScript.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSetupArguments, usage } from './setup/arguments.mjs';
import { withLock } from './setup/lock.mjs';
import { checkSystem } from './setup/preflight.mjs';
import { exitCodes, SetupProblem } from './setup/problems.mjs';
import { Progress, seconds } from './setup/progress.mjs';
import { endAllCommands } from './setup/run-command.mjs';
import { planSteps, removeLeftWork } from './setup/steps.mjs';
import { isComplete, survey } from './setup/survey.mjs';
import { cacheDir } from './tool-paths.mjs';

/** As long as a cold set-up may take on two cores. */
const lockWaitMs = 60 * 60_000;

/** @param {number} holder */
function onWait(holder) {
  process.stderr.write(`set-up: waiting for another set-up (process ${holder})\n`);
}

/** @param {readonly string[]} argv */
async function main(argv) {
  const wanted = parseSetupArguments(argv);
  if (wanted.help) {
    process.stdout.write(`${usage}\n`);
    return exitCodes.ok;
  }
  checkSystem({ platform: process.platform, arch: process.arch, node: process.versions.node });
  const started = performance.now();
  /** @type {readonly Pick<typeof wanted, 'only' | 'kubernetesVersion'>[]} */
  const targets = [wanted, ...wanted.otherVersions.map((kubernetesVersion) => ({ only: new Set(/** @type {const} */ (['image'])), kubernetesVersion }))];
  const found = await Promise.all(targets.map(survey));
  if (wanted.check) {
    const lines = found.flatMap((one) => one.lines.map(({ name, present, detail }) => `${present ? 'present' : 'missing'}  ${name.padEnd(20)} ${detail}\n`));
    // The load balancer's image serves all versions.
    process.stdout.write([...new Set(lines)].join(''));
    return found.every(isComplete) ? exitCodes.ok : exitCodes.incomplete;
  }
  if (found.every(isComplete)) {
    process.stderr.write(`set-up: everything is there (${seconds(performance.now() - started)})\n`);
    return exitCodes.ok;
  }
  await mkdir(cacheDir(), { recursive: true });
  await withLock({ path: join(cacheDir(), 'setup.lock'), waitMs: lockWaitMs, onWait }, async () => {
    await removeLeftWork();
    for (const target of targets) {
      // The other one may have done all of it meanwhile.
      const steps = await planSteps(await survey(target), target.kubernetesVersion);
      const progress = new Progress({ total: steps.length });
      for (const { title, run } of steps) await progress.step(title, run);
    }
    process.stderr.write(`set-up: done in ${seconds(performance.now() - started)}\n`);
  });
  return exitCodes.ok;
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    endAllCommands();
    process.stderr.write('\nset-up: stopped; finished parts are kept, run it again to go on\n');
    process.exit(exitCodes.cancelled);
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  process.stderr.write(`${error.render()}\n`);
  process.exitCode = error.code;
}
