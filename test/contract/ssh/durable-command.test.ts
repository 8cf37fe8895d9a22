import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommandResult, CommandRunner, DurableCommand } from '../../../activities/seams/command-runner.ts';
import { DurableCommandVanishedError, FencedAttemptError } from '../../../activities/ssh/command-errors.ts';
import { SshConnectionLostError } from '../../../activities/ssh/errors.ts';
import { startMachine, type TestMachine } from './machine.ts';

let machine: TestMachine;
let runner: CommandRunner;
let count = 0;
let operation: string;

beforeAll(async () => {
  machine = await startMachine();
  await machine.waitUntilUp();
});
afterAll(() => machine[Symbol.asyncDispose]());

beforeEach(() => {
  runner = machine.makeRunner();
  count += 1;
  operation = `operation-${count}`;
});
afterEach(() => runner.close());

type Attempt = Partial<DurableCommand> & { readonly by?: CommandRunner; readonly signal?: AbortSignal; readonly lines?: string[] };

function attempt({ by = runner, signal = new AbortController().signal, lines = [], ...command }: Attempt): Promise<CommandResult> {
  return by.runDurable(
    machine.target,
    { operation, generation: 1001, script: 'true', timeoutSeconds: 60, ...command },
    { signal, onOutput: (line) => lines.push(line) },
  );
}

/** Counts its own executions in a file, as a command with side effects does. */
const counting = (rest: string): string => `echo run >>/root/${operation}.count; ${rest}`;
const executions = async (): Promise<number> =>
  Number(await machine.look(`cat /root/${operation}.count 2>/dev/null | grep -c run; true`));
const running = (generation: number): Promise<void> =>
  vi.waitFor(async () => {
    const state = await machine.look(`systemctl is-active slipway-${operation}-${generation}.service; true`);
    expect(state.trim()).toBe('active');
  }, { timeout: 10_000, interval: 50 });

describe('a durable command', () => {
  it('gives its result, and gives it again without running again', async () => {
    const lines: string[] = [];
    const script = counting('echo one; echo two >&2; printf "%s" three');
    const first = await attempt({ script, lines });
    expect(first).toEqual({ exitCode: 0, stdout: 'one\nthree', stderr: 'two\n' });
    expect(lines.toSorted()).toEqual(['one', 'three', 'two']);
    await expect(attempt({ script, generation: 1002 })).resolves.toEqual(first);
    await expect(attempt({ script, generation: 2001 })).resolves.toEqual(first);
    expect(await executions()).toBe(1);
  });

  it('fails, cleans up, and starts again with the next generation only', async () => {
    const cleanup = `echo cleaned >>/root/${operation}.clean`;
    const script = counting(`[ -e /root/${operation}.clean ] || { echo no >&2; exit 9; }`);
    await expect(attempt({ script, cleanup })).resolves.toMatchObject({ exitCode: 9, stderr: 'no\n' });
    await expect(attempt({ script, cleanup })).resolves.toMatchObject({ exitCode: 9 });
    await expect(attempt({ script, cleanup, generation: 1002 })).resolves.toMatchObject({ exitCode: 9 });
    expect(await executions()).toBe(1);
    await expect(attempt({ script, cleanup, generation: 2001 })).resolves.toMatchObject({ exitCode: 0 });
    expect(await executions()).toBe(2);
    expect(await machine.look(`cat /root/${operation}.clean`)).toBe('cleaned\n');
  });

  it('that undoes another makes it run again, but not for an attempt that was refused before', async () => {
    const script = counting('true');
    await attempt({ script, generation: 1001 });
    await attempt({ operation: `${operation}-reset`, script: 'true', undoes: [operation, 'never-run'] });
    await expect(attempt({ script, generation: 1000 })).rejects.toThrow(FencedAttemptError);
    expect(await executions()).toBe(1);
    await expect(attempt({ script, generation: 2001 })).resolves.toMatchObject({ exitCode: 0 });
    expect(await executions()).toBe(2);
    // It has done so once: asked again, it only tells how it went.
    await attempt({ operation: `${operation}-reset`, script: 'true', undoes: [operation], generation: 1002 });
    await attempt({ script, generation: 3001 });
    expect(await executions()).toBe(2);
  });

  it('does not start when its clean-up fails, and says so', async () => {
    await attempt({ script: 'exit 1' });
    const second = await attempt({ script: counting('true'), cleanup: 'exit 4', generation: 2001 });
    expect(second).toMatchObject({ exitCode: 4 });
    expect(second.stderr).toContain('clean-up of an earlier attempt failed with exit code 4');
    expect(await executions()).toBe(0);
  });

  it('refuses an attempt older than the last', async () => {
    await attempt({ script: 'exit 1', generation: 3002 });
    const late = attempt({ script: counting('true'), generation: 3001 });
    await expect(late).rejects.toThrow(FencedAttemptError);
    await expect(late).rejects.toMatchObject({ recorded: 3002, generation: 3001, retryable: false });
    expect(await executions()).toBe(0);
  });

  it('runs once for many attempts at the same time', async () => {
    const runners = Array.from({ length: 6 }, () => machine.makeRunner());
    const script = counting('sleep 1; echo done');
    const results = await Promise.all(runners.map((by) => attempt({ by, script })));
    expect(results.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 6 }, () => 'done\n'));
    expect(await executions()).toBe(1);
    await Promise.all(runners.map((by) => by.close()));
  });

  it('outlives a connection that is cut, and is attached to again', async () => {
    const script = counting('for n in 1 2 3 4; do echo "line $n"; sleep 0.7; done');
    const lost = attempt({ script });
    lost.catch(() => undefined);
    await running(1001);
    await machine.look('pkill -KILL -f "sshd: [r]oot@notty"');
    await expect(lost).rejects.toThrow(SshConnectionLostError);
    await expect(lost).rejects.toMatchObject({ outcome: 'unknown', retryable: true });
    const lines: string[] = [];
    const result = await attempt({ script, generation: 1002, lines });
    expect(result).toEqual({ exitCode: 0, stdout: 'line 1\nline 2\nline 3\nline 4\n', stderr: '' });
    expect(lines).toHaveLength(4);
    expect(await executions()).toBe(1);
    // The attempt that was cut off has lost its turn.
    await expect(attempt({ script })).rejects.toThrow(FencedAttemptError);
  });

  it('runs on when its attempt is aborted, and leaves no follower behind', async () => {
    const controller = new AbortController();
    const script = counting('sleep 6; echo survived');
    const aborted = attempt({ script, signal: controller.signal });
    aborted.catch(() => undefined);
    await running(1001);
    controller.abort(new Error('cancelled'));
    await expect(aborted).rejects.toThrow('cancelled');
    await expect(attempt({ script, generation: 1002 })).resolves.toMatchObject({ stdout: 'survived\n' });
    expect(await executions()).toBe(1);
    await vi.waitFor(async () => {
      expect((await machine.look('pgrep -fc "slipway [0-9]+ 0$"; true')).trim()).toBe('0');
    }, { timeout: 10_000 });
  });

  it('is stopped with all its processes when its time is up', async () => {
    const script = counting('sleep 300 & echo before; sleep 301');
    const result = await attempt({ script, timeoutSeconds: 1 });
    expect(result).toMatchObject({ exitCode: 124, stdout: 'before\n' });
    expect(result.stderr).toContain('timed out: stopped with all its processes after 1 s');
    expect((await machine.look('pgrep -fc "^sleep 30[01]$"; true')).trim()).toBe('0');
  });

  it('that is stopped by a person is no success', async () => {
    const stopped = attempt({ script: 'sleep 300' });
    await running(1001);
    await machine.look(`systemctl stop slipway-${operation}-1001.service`);
    await expect(stopped).resolves.toMatchObject({ exitCode: 143, stderr: 'slipway: killed by SIGTERM\n' });
  });

  it('that is killed is reported by its signal', async () => {
    const killed = attempt({ script: 'sleep 300' });
    await running(1001);
    await machine.look(`systemctl kill --signal=KILL slipway-${operation}-1001.service`);
    await expect(killed).resolves.toMatchObject({ exitCode: 137 });
  });

  it('that vanishes without an exit status is cleaned up after and started again', async () => {
    const script = counting('sleep 2');
    const vanished = attempt({ script });
    vanished.catch(() => undefined);
    await running(1001);
    // As a power cut does: no record is left.
    await machine.look(`rm /var/lib/slipway/operations/${operation}/1001/record`);
    await expect(vanished).rejects.toThrow(DurableCommandVanishedError);
    const cleanup = `echo cleaned >/root/${operation}.clean`;
    await expect(attempt({ script, cleanup, generation: 1002 })).resolves.toMatchObject({ exitCode: 0 });
    expect(await executions()).toBe(2);
    expect(await machine.look(`cat /root/${operation}.clean`)).toBe('cleaned\n');
  });

  it('gives back the end of a long output, every byte of it', async () => {
    const lines: string[] = [];
    const script = 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo "line $i äöü"; done; printf "\\377\\000x" >&2';
    const result = await attempt({ script, lines });
    expect(result.stdout.endsWith('line 19999 äöü\nline 20000 äöü\n')).toBe(true);
    expect(Buffer.byteLength(result.stdout)).toBeLessThanOrEqual(65_536);
    expect(result.stderr).toBe('\uFFFD\0x');
    expect(lines).toContain('line 20000 äöü');
  });

  it('shows no secret in its progress', async () => {
    const lines: string[] = [];
    await attempt({ script: 'echo "token abcdef.0123456789abcdef"', lines });
    expect(lines).toEqual(['token [removed: bootstrap token]']);
  });

  it('is started again after a crash of the machine', async () => {
    const script = counting('[ "$(grep -c run </root/$OPERATION.count)" -gt 1 ] || sleep 300').replace('$OPERATION', operation);
    const cut = attempt({ script });
    cut.catch(() => undefined);
    await running(1001);
    await machine.container.kill();
    await expect(cut).rejects.toThrow(SshConnectionLostError);
    await machine.container.start();
    await machine.waitUntilUp();
    await expect(attempt({ script, generation: 1002 })).resolves.toMatchObject({ exitCode: 0 });
    expect(await executions()).toBe(2);
  });
});
