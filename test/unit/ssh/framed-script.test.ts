import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INCOMPLETE, frameScript } from '../../../activities/ssh/framed-script.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-framed-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function runFramed(command: string, stdin: Buffer): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('sh', ['-c', command], { input: stdin, encoding: 'utf8' });
}

describe('a framed script', () => {
  it('runs whole, with the rest as its input', () => {
    const { command, stdin } = frameScript({ script: 'read -r a; read -r b; echo "$b $a"', input: 'one\ntwo\n' });
    expect(runFramed(command, stdin)).toMatchObject({ status: 0, stdout: 'two one\n', stderr: '' });
  });

  it('never runs in part, wherever the connection drops', () => {
    const script = `touch ${folder}/ran; cat >${folder}/copy; touch ${folder}/ran-to-the-end`;
    const { command, stdin } = frameScript({ script, input: 'the whole input' });
    for (let length = 0; length < stdin.length; length += 1) {
      const { status, stderr } = runFramed(command, stdin.subarray(0, length));
      expect({ status, ran: existsSync(join(folder, 'ran')) }, `cut after ${length} bytes`).toEqual({
        status: INCOMPLETE.exitCode,
        ran: false,
      });
      expect(stderr).toContain(INCOMPLETE.prefix);
    }
    expect(runFramed(command, stdin).status).toBe(0);
    expect(existsSync(join(folder, 'ran-to-the-end'))).toBe(true);
  });

  it('leaves no input in a file', () => {
    const { command, stdin } = frameScript({ script: 'ls /run | grep -c slipway-input', input: 'secret' });
    expect(runFramed(command, stdin).stdout).toBe('0\n');
  });

  it('gives a script no wider rights than it came with', () => {
    const { command, stdin } = frameScript({ script: 'umask', input: 'x' });
    expect(runFramed(`umask 027; ${command}`, stdin).stdout).toBe('0027\n');
  });

  it('ends with its children when its time is up', () => {
    const { command, stdin } = frameScript({ script: 'sleep 20 & sleep 20', limitSeconds: 0.3 });
    const { status } = runFramed(command, stdin);
    expect(status).toBe(124);
  });

  it('counts in bytes, whatever the language', () => {
    const { command, stdin } = frameScript({ script: "printf '%s' 'äöü€😀'; cat", input: 'ßß' });
    expect(runFramed(command, stdin).stdout).toBe('äöü€😀ßß');
  });
});
