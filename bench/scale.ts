import { parseArgs } from 'node:util';
import { z } from 'zod';
import { renderTable } from '../cli/render/table.ts';
import { versions } from '../node-image/versions.mjs';
import { describeMachine } from './describe-machine.ts';
import { startInstallation } from './installation.ts';
import { measureGrowth } from './measure-growth.ts';
import { measureScale } from './measure-scale.ts';
import { removeOnSignals, say } from './progress.ts';
import { compareWithAims, type ScaleResults, type ScaleRound } from './scale-results.ts';
import { writeResults } from './write-results.ts';

/**
 * How long scaling takes on this machine, and for how long nobody can write meanwhile.
 *
 *   npm run bench:scale -- --rounds 3 --tries 5 --port 19340 --ui-port 19341
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    tries: { type: 'string', default: '5' },
    port: { type: 'string', default: '19340' },
    'ui-port': { type: 'string', default: '19341' },
  },
});
const whole = z.coerce.number().int().min(1);
const { rounds, tries, port, 'ui-port': uiPort } = z.object({ rounds: whole, tries: whole, port: whole, 'ui-port': whole }).parse(values);

async function run(): Promise<ScaleResults> {
  const installation = await startInstallation({ port, uiPort });
  try {
    const measured: ScaleRound[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const result = await measureScale(installation);
      measured.push(result);
      say(`round ${round}: ${Object.entries(result).map(([name, value]) => `${name} ${value.toFixed(1)}`).join(', ')}`);
    }
    const growth = await measureGrowth(installation, tries);
    return { date: new Date().toISOString(), machine: await describeMachine(), kubernetes: versions.kubernetes, rounds: measured, growth };
  } finally {
    await installation.remove();
  }
}

removeOnSignals();
const results = await run();
const rows = compareWithAims(results).map(({ what, aim, value, met }) => [what, aim, value, met ? 'yes' : 'no']);
process.stdout.write(`${renderTable({ header: ['MEDIANS', 'AIM', 'MEASURED', 'MET'], rows })}\n`);
say(`written: ${await writeResults(results, 'scale')}`);
