import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CommandResult, CommandRunner } from '../../../activities/seams/command-runner.ts';
import { startMachine, type TestMachine } from './machine.ts';

let machine: TestMachine;
let runner: CommandRunner;

beforeAll(async () => {
  machine = await startMachine();
  await machine.waitUntilUp();
});
afterAll(() => machine[Symbol.asyncDispose]());

beforeEach(() => {
  runner = machine.makeRunner();
});
afterEach(() => runner.close());

const send = (script: string, input: AsyncIterable<Uint8Array>): Promise<CommandResult> => runner.send(machine.target, script, { signal: AbortSignal.timeout(60_000), input });

const megabyte = Buffer.alloc(1024 * 1024, 'abcdefghijklmnop\n\0\x01');

/** Counts what was asked for: a sender that does not wait would have all of it in memory. */
async function* pieces(count: number, onPiece: () => void = () => undefined): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < count; piece += 1) {
    onPiece();
    yield megabyte;
    await Promise.resolve();
  }
}

describe('a command that is sent its input', () => {
  it('gets every byte, in order, and no more', async () => {
    const expected = createHash('sha256');
    for (let piece = 0; piece < 32; piece += 1) expected.update(megabyte);
    const { exitCode, stdout } = await send('sha256sum | cut -d" " -f1; echo end', pieces(32));
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${expected.digest('hex')}\nend\n` });
  });

  it('may have none', async () => {
    expect(await send('wc -c', pieces(0))).toMatchObject({ exitCode: 0, stdout: '0\n' });
  });

  it('that reads slowly is not sent more than it takes', async () => {
    let asked = 0;
    const sent = send('head -c 1000000 >/dev/null; sleep 2; echo waited; cat >/dev/null', pieces(64, () => (asked += 1)));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(asked).toBeLessThan(16);
    expect(await sent).toMatchObject({ exitCode: 0, stdout: 'waited\n' });
    expect(asked).toBe(64);
  });

  it('that ends early ends the sending, with what it said', async () => {
    const { exitCode, stderr } = await send('head -c 10 >/dev/null; echo "no room" >&2; exit 3', pieces(64));
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: 'no room\n' });
  });

  it('fails with what its source fails with, also where the command takes the part for the whole', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield* pieces(2);
      throw new Error('the backup ends too early');
    };
    await expect(send('cat >/root/broken', broken())).rejects.toThrow('the backup ends too early');
    expect(await send('wc -c', pieces(1))).toMatchObject({ exitCode: 0 });
  });
});
