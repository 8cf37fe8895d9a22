import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../../cli/bin.mjs', import.meta.url));

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
export type RunFacts = { readonly stdin?: string; readonly env?: NodeJS.ProcessEnv };

/** The real command in a process of its own, with that SLIPWAY_HOME; no Temporal is configured unless `env` does. */
export function slipwayIn(home: string): (args: readonly string[], facts?: RunFacts) => Promise<Ended> {
  return async (args, facts = {}) => {
    const { TEMPORAL_ADDRESS: _, ...inherited } = process.env;
    const env = { ...inherited, SLIPWAY_HOME: home, NO_COLOR: '1', ...facts.env };
    const child = spawn(process.execPath, [bin, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.on('error', () => undefined);
    child.stdin.end(facts.stdin ?? '');
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
  };
}
