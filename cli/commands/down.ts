import type { Command } from 'commander';
import { localHome, prepareHome } from '../local/home.ts';
import { withHomeLock } from '../local/lock.ts';
import { stopRecorded, type StopOutcome } from '../local/stop-process.ts';
import { colorsFor, writeStory } from '../terminal.ts';

/** The worker lets running activities end or hand over; remote commands go on without it. */
const WORKER_GRACE_MS = 30_000;
/** It saves its clusters. */
const SIMULATOR_GRACE_MS = 10_000;
const SERVER_GRACE_MS = 15_000;

export function registerDown(command: Command): void {
  command
    .description(
      'Stops the worker and the Temporal server that `slipway up` started, and nothing else.\n' +
        'Clusters go on running; unfinished operations continue at the next `slipway up`.',
    )
    .action(takeDown);
}

export async function takeDown(): Promise<void> {
  const home = localHome();
  prepareHome(home);
  await withHomeLock(home, async () => {
    tell('worker', await stopRecorded({ home, name: 'worker', graceMs: WORKER_GRACE_MS }));
    const simulator = await stopRecorded({ home, name: 'simulator', graceMs: SIMULATOR_GRACE_MS });
    if (simulator !== 'not running') tell('simulator', simulator);
    tell("Temporal's server", await stopRecorded({ home, name: 'temporal', graceMs: SERVER_GRACE_MS }));
  });
  writeStory('Clusters go on running. Unfinished operations continue at the next: slipway up');
}

function tell(what: string, outcome: StopOutcome): void {
  const colors = colorsFor(process.stderr);
  const glyph = outcome === 'killed' ? colors.yellow('!') : colors.green('✓');
  const text = outcome === 'killed' ? 'killed: it did not end in time' : outcome;
  writeStory(`${glyph} ${what} ${text}`);
}
