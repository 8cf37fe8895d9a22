/**
 * A program: writes each command line and environment that any process of this host shows, those in
 * containers included, to the file that it is given, until it is told to stop (SIGTERM).
 */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const output = process.argv[2];
if (output === undefined) throw new Error('usage: process-sampler.ts FILE');
process.once('SIGTERM', () => process.exit(0));

const seen = new Set<string>();
for (;;) {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const command = read(`/proc/${pid}/cmdline`);
    if (command === '' || seen.has(`${pid} ${command}`)) continue;
    seen.add(`${pid} ${command}`);
    appendFileSync(output, `${command.replaceAll('\0', ' ')}\n${read(`/proc/${pid}/environ`).replaceAll('\0', '\n')}\n`);
  }
  await delay(5);
}

/** Nothing where the process has gone, or is not ours to look into. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
