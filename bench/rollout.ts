import { parseArgs } from 'node:util';
import { z } from 'zod';
import { renderTable } from '../cli/render/table.ts';
import { versions } from '../node-image/versions.mjs';
import { describeMachine } from './describe-machine.ts';
import { startInstallation } from './installation.ts';
import { measureRollout, measureSimulatedRollout } from './measure-rollout.ts';
import { removeOnSignals, say } from './progress.ts';
import { summarizeRollouts, type Replaced, type RolloutResults, type RolloutRound } from './rollout-results.ts';
import { parseSize } from './size.ts';
import { writeResults } from './write-results.ts';

/**
 * How long it takes to replace Machines on this machine, and how much of that is Slipway's own.
 * Without rounds only a hundred simulated Machines are replaced.
 *
 *   npm run bench:rollout -- --rounds 3 --size 3+2 --port 19350 --ui-port 19351
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    size: { type: 'string', default: '3+2' },
    port: { type: 'string', default: '19350' },
    'ui-port': { type: 'string', default: '19351' },
  },
});
const whole = z.coerce.number().int();
const { rounds, port, 'ui-port': uiPort } = z.object({ rounds: whole.min(0), port: whole.min(1), 'ui-port': whole.min(1) }).parse(values);
const size = parseSize(values.size);
if (size.workers === 0) throw new RangeError(`--size takes at least one worker, not ${values.size}: there would be none to replace`);

async function run(): Promise<RolloutResults> {
  const installation = await startInstallation({ port, uiPort });
  try {
    const measured: RolloutRound[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const result = await measureRollout(installation, size);
      measured.push(result);
      say(`round ${round}: control plane ${describe(result.controlPlane)}; workers ${describe(result.workers)} (load ${result.load.toFixed(1)})`);
    }
    const simulated = await measureSimulatedRollout(installation);
    say(`simulated: control plane ${describe(simulated.controlPlane)}; workers ${describe(simulated.workers)}`);
    return { date: new Date().toISOString(), machine: await describeMachine(), kubernetes: versions.kubernetes, rounds: measured, simulated };
  } finally {
    await installation.remove();
  }
}

function describe({ machines, ms, outsideMs, heldMs }: Replaced): string {
  return `${machines} in ${seconds(ms)} s, ${seconds(outsideMs)} s outside activities, ${seconds(heldMs)} s of it until the next look`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

removeOnSignals();
const results = await run();
const rows = summarizeRollouts(results).map(({ what, aim, value, met }) => [what, aim, value, met]);
process.stdout.write(`${renderTable({ header: ['MEDIANS', 'AIM', 'MEASURED', 'MET'], rows })}\n`);
say(`written: ${await writeResults(results, 'rollout')}`);
