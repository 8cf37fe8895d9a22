import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { shellScripts } from '../../../../cli/completion/scripts.ts';

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'slipway-completion-'));
const bin = fileURLToPath(new URL('../../../../cli/bin.mjs', import.meta.url));

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const command = join(scratch, 'slipway');
writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
chmodSync(command, 0o755);
writeFileSync(join(scratch, 'completion.bash'), shellScripts.bash);

/** What a bash that has loaded the script makes of TAB after those words. */
async function bash(words: readonly string[], facts: { readonly address?: string; readonly after?: string } = {}): Promise<readonly string[]> {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script = `
    source completion.bash
    COMP_WORDS=(slipway ${quoted}); COMP_CWORD=${words.length}
    _slipway slipway '${words.at(-1) ?? ''}' '' 2>stderr
    ${facts.after ?? ''}
    printf '%s\\n' "\${COMPREPLY[@]}"
    cat stderr`;
  const env = { ...process.env, PATH: `${scratch}:${process.env['PATH']}`, SLIPWAY_HOME: scratch, TEMPORAL_ADDRESS: facts.address ?? '127.0.0.1:1' };
  const { stdout } = await run('bash', ['--norc', '-c', script], { cwd: scratch, env });
  return stdout.split('\n').filter((line) => line !== '');
}

describe('the script of', () => {
  it.each(Object.entries(shellScripts))('%s', async (shell, script) => {
    await expect(script).toMatchFileSnapshot(`../../../golden/cli/completion/slipway.${shell}`);
  });
});

describe('in bash', () => {
  it('is registered for the command', async () => {
    const { stdout } = await run('bash', ['--norc', '-c', 'source completion.bash; complete -p slipway'], { cwd: scratch });
    expect(stdout).toBe('complete -F _slipway slipway\n');
  });

  it.each([
    [['g'], ['generate', 'get']],
    [['get', 'm'], ['machines']],
    [['get', 'clusters', '--out'], ['--output']],
    [['get', 'clusters', '--output', '=', 'ya'], ['yaml']],
    [['get', 'clusters', '-o', ''], ['table', 'wide', 'json', 'yaml', 'name']],
    [['completion', 'z'], ['zsh']],
    [['get', 'pods', 'x'], []],
    [[''], expect.arrayContaining(['up', 'get', 'help'])],
  ])('%j', async (words, expected) => {
    expect(await bash(words)).toEqual(expected);
  });

  it('leaves file names to bash', async () => {
    // compopt works only while bash itself completes; without it the script lists files.
    const replies = await bash(['get', 'kubeconfig', 'demo', '-f', 'comp']);
    expect(replies.filter((line) => !line.includes('compopt'))).toEqual(['completion.bash']);
  });

  it('says nothing where nobody answers, or nobody in time', async () => {
    expect(await bash(['describe', 'cluster', ''])).toEqual([]);
    const server = createServer();
    const address = await listen(server);
    const startedAt = performance.now();
    try {
      expect(await bash(['describe', 'cluster', ''], { address })).toEqual([]);
    } finally {
      server.close();
    }
    // The limit is 0.8 s; a loaded machine takes its time to start a process.
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a TCP server has a port');
  return `127.0.0.1:${address.port}`;
}
