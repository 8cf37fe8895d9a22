import { open } from 'node:fs/promises';
import { localHome } from '../local/home.ts';
import { readRecord } from '../local/process-record.ts';
import { observeStatus } from '../local/status.ts';
import { cliVersion } from '../version.ts';
import type { Bundle } from './bundle.ts';

const tailBytes = 400_000;

/** What this host knows by itself: also when nothing answers any more, and then above all. */
export async function collectLocal(bundle: Bundle): Promise<void> {
  const home = localHome();
  const versions = { slipway: cliVersion(), node: process.version, platform: process.platform, arch: process.arch };
  bundle.add({ path: 'versions.json', content: `${JSON.stringify(versions, undefined, 2)}\n` });
  bundle.add({ path: 'status.json', content: `${JSON.stringify(await observeStatus(home), undefined, 2)}\n` });
  for (const name of ['temporal', 'worker'] as const) {
    const log = readRecord(home, name)?.log;
    if (log === undefined) bundle.miss(`logs/${name}.log`, 'slipway up has not started it on this host');
    else await addTail(bundle, `logs/${name}.log`, log);
  }
}

/** From the beginning of a line on. */
async function addTail(bundle: Bundle, path: string, log: string): Promise<void> {
  try {
    const file = await open(log, 'r');
    try {
      const { size } = await file.stat();
      const start = Math.max(0, size - tailBytes);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, tailBytes)), 0, Math.min(size, tailBytes), start);
      const text = buffer.toString('utf8', 0, bytesRead);
      bundle.add({ path, content: start === 0 ? text : text.slice(text.indexOf('\n') + 1) });
    } finally {
      await file.close();
    }
  } catch (error) {
    bundle.miss(path, error instanceof Error ? error.message : String(error));
  }
}
