import { parseArgs } from 'node:util';
import { versions } from '../node-image/versions.mjs';
import { prepareByHand } from './by-hand.ts';
import { describeMachine } from './describe-machine.ts';
import { startInstallation } from './installation.ts';
import { measureCreate, type Measured } from './measure-create.ts';
import { removeOnSignals, say } from './progress.ts';
import { renderReport } from './report.ts';
import type { CreateResults } from './results.ts';
import { formatSize, parseSize, type Size } from './size.ts';
import { writeResults } from './write-results.ts';

type Request = { readonly sizes: readonly Size[]; readonly rounds: number; readonly idleMinutes: number; readonly port: number; readonly uiPort: number };

/**
 * How long a cluster takes: kubeadm by hand and Slipway in turns, on this machine, over the same image.
 *
 *   npm run bench:create -- --sizes 1+1,3+3 --rounds 3 --idle-minutes 3 --port 19330 --ui-port 19331
 */
function readRequest(): Request {
  const { values } = parseArgs({
    options: {
      sizes: { type: 'string', default: '1+1,3+3' },
      rounds: { type: 'string', default: '3' },
      'idle-minutes': { type: 'string', default: '3' },
      port: { type: 'string', default: '19330' },
      'ui-port': { type: 'string', default: '19331' },
    },
  });
  const number = (flag: 'rounds' | 'idle-minutes' | 'port' | 'ui-port'): number => {
    if (/^\d+$/.test(values[flag])) return Number(values[flag]);
    throw new RangeError(`--${flag} takes a whole number, not ${JSON.stringify(values[flag])}`);
  };
  return {
    sizes: values.sizes.split(',').map(parseSize),
    rounds: number('rounds'),
    idleMinutes: number('idle-minutes'),
    port: number('port'),
    uiPort: number('ui-port'),
  };
}

async function run({ sizes, rounds, idleMinutes, port, uiPort }: Request): Promise<CreateResults> {
  const byHand = await prepareByHand();
  const installation = await startInstallation({ port, uiPort });
  try {
    const empty = await installation.workerMemory();
    const measured = new Map(sizes.map((size): [Size, Measured[]] => [size, []]));
    for (let round = 1; round <= rounds; round += 1) {
      for (const size of sizes) {
        const isLast = round === rounds && size === sizes.at(-1);
        const result = await measureCreate({ byHand, installation, size, handFirst: round % 2 === 1, idleMinutes: isLast ? idleMinutes : 0 });
        measured.get(size)?.push(result);
        const { byHand: hand, slipway, delete: removal, load } = result.round;
        say(`round ${round}, ${formatSize(size)}: by hand ${hand.toFixed(1)} s, slipway ${slipway.toFixed(1)} s, delete ${removal.toFixed(1)} s (load ${load.toFixed(1)})`);
      }
    }
    const all = [...measured.values()].flat();
    const idle = all.findLast(({ idleTasksPerMinute }) => idleTasksPerMinute !== undefined);
    return {
      date: new Date().toISOString(),
      machine: await describeMachine(),
      kubernetes: versions.kubernetes,
      sizes: [...measured].map(([size, results]) => ({ size: formatSize(size), rounds: results.map(({ round }) => round) })),
      workerMemory: { empty, most: Math.max(empty, ...all.map(({ workerMemory }) => workerMemory)) },
      ...(idle?.idleTasksPerMinute === undefined ? {} : { idleTasksPerMinute: idle.idleTasksPerMinute }),
    };
  } finally {
    await Promise.allSettled([installation.remove(), byHand.close()]);
  }
}

removeOnSignals();
const results = await run(readRequest());
process.stdout.write(renderReport(results));
say(`written: ${await writeResults(results, 'create')}`);
