import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url));

/** The simulator as a process of its own; resolves, with what ends it, once it can be asked. */
export async function startSimulator(accessFile: string, speed: number): Promise<{ readonly stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [main, '--access-file', accessFile, '--speed', String(speed)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  for (let waited = 0; !existsSync(accessFile); waited += 20) {
    if (child.exitCode !== null || waited > 20_000) {
      await stop();
      throw new Error(`the simulator did not start: exit code ${child.exitCode}`);
    }
    await delay(20);
  }
  return { stop };
}
