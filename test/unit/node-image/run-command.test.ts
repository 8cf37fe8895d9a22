import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CommandError, runCommand, tryCommand } from '../../../node-image/setup/run-command.mjs';

describe('programs', () => {
  test('stdout is the answer; both streams are logged, line by line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-run-'));
    const log = join(folder, 'logs', 'step.log');
    const lines: string[] = [];
    const onLine = (line: string) => lines.push(line);
    const answer = await runCommand('sh', ['-c', 'echo out; echo err >&2'], { log, onLine });
    expect(answer).toBe('out\n');
    expect(lines.toSorted()).toEqual(['err', 'out']);
    expect(await readFile(log, 'utf8')).toContain('$ sh -c echo out; echo err >&2');
    await rm(folder, { recursive: true });
  });

  test('a failure tells the status and the last lines', async () => {
    const run = runCommand('sh', ['-c', 'for i in $(seq 1 50); do echo line $i; done; exit 3']);
    const error = await run.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof CommandError)) throw new Error('the command did not fail');
    expect(error.status).toBe('exit status 3');
    expect(error.tail).toHaveLength(20);
    expect(error.tail.at(-1)).toBe('line 50');
  });

  test('a program that does not end is ended with its children', async () => {
    await expect(runCommand('sh', ['-c', 'sleep 60 & wait'], { timeoutMs: 50 })).rejects.toThrow(/no end after/);
  });

  test('a missing program is an answer to a question, and an error of a step', async () => {
    expect(await tryCommand('slipway-no-such-program', [])).toBeUndefined();
    await expect(runCommand('slipway-no-such-program', [])).rejects.toThrow(/ENOENT/);
  });
});
