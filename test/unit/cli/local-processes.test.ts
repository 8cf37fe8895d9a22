import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SetupError, UsageError } from '../../../cli/errors.ts';
import { localHome, prepareHome, type LocalHome } from '../../../cli/local/home.ts';
import { withHomeLock } from '../../../cli/local/lock.ts';
import { parsePort, requireFreePort } from '../../../cli/local/ports.ts';
import { processIdentity } from '../../../cli/local/process-identity.ts';
import { isRunning, readRecord, runningRecord, writeRecord, type ProcessRecord } from '../../../cli/local/process-record.ts';
import { lastLogLines, startProcess, type StartedProcess } from '../../../cli/local/start-process.ts';
import { stopRecorded } from '../../../cli/local/stop-process.ts';

let home: LocalHome;
const started: StartedProcess[] = [];

beforeEach(() => {
  home = localHome({ SLIPWAY_HOME: mkdtempSync(join(tmpdir(), 'slipway-home-')) });
  prepareHome(home);
});

afterEach(() => {
  for (const { pid, identity } of started.splice(0)) {
    if (processIdentity(pid) === identity) process.kill(pid, 'SIGKILL');
  }
  rmSync(home.root, { recursive: true, force: true });
});

async function run(script: string): Promise<ProcessRecord> {
  const log = join(home.logs, 'worker.log');
  const child = await startProcess({ command: process.execPath, args: ['-e', script], env: process.env, cwd: home.root, log });
  started.push(child);
  child.release();
  return {
    name: 'worker',
    pid: child.pid,
    identity: child.identity,
    startedAt: Date.now(),
    log,
    address: '127.0.0.1:7233',
    version: '0.0.1',
  };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited ten seconds in vain');
    await delay(20);
  }
}

describe('localHome', () => {
  it('makes a relative store absolute, because the worker runs elsewhere, and leaves a URL as it is', () => {
    expect(localHome({ SLIPWAY_HOME: '/h' }).store).toBe('/h/store');
    expect(localHome({ SLIPWAY_HOME: '/h', SLIPWAY_STORE: 'mine' }).store).toBe(join(process.cwd(), 'mine'));
    expect(localHome({ SLIPWAY_HOME: '/h', SLIPWAY_STORE: 's3://bucket/x' }).store).toBe('s3://bucket/x');
  });

  it('is for the user alone', () => {
    expect(statSync(home.run).mode & 0o777).toBe(0o700);
  });
});

describe('a recorded process', () => {
  it('is found again, and stopped by SIGTERM', async () => {
    const record = await run('process.on("SIGTERM", () => { console.log("bye"); process.exit(0); }); console.log("up"); setInterval(() => {}, 1000)');
    writeRecord(home, record);
    await until(() => lastLogLines(record.log, 1) === 'up');
    expect(runningRecord(home, 'worker')).toEqual(record);
    expect(statSync(join(home.run, 'worker.json')).mode & 0o777).toBe(0o600);
    expect(statSync(record.log).mode & 0o777).toBe(0o600);
    await expect(stopRecorded({ home, name: 'worker', graceMs: 10_000 })).resolves.toBe('stopped');
    expect(lastLogLines(record.log, 1)).toBe('bye');
    expect(readRecord(home, 'worker')).toBeUndefined();
  });

  it('is killed once the grace has passed', async () => {
    const record = await run('process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)');
    writeRecord(home, record);
    await until(() => lastLogLines(record.log, 1) === 'up');
    await expect(stopRecorded({ home, name: 'worker', graceMs: 200 })).resolves.toBe('killed');
    expect(isRunning(record)).toBe(false);
  });

  it('is never a process that merely has the same id by now', async () => {
    const record = await run('setInterval(() => {}, 1000)');
    writeRecord(home, { ...record, identity: `${record.identity}0` });
    expect(runningRecord(home, 'worker')).toBeUndefined();
    await expect(stopRecorded({ home, name: 'worker', graceMs: 200 })).resolves.toBe('not running');
    expect(isRunning(record)).toBe(true);
  });

  it.each(['', '{', '{}', '{"name":"worker","pid":"1"}', '{"name":"temporal"}'])('is none where the record reads %j', (content) => {
    writeFileSync(join(home.run, 'worker.json'), content);
    expect(readRecord(home, 'worker')).toBeUndefined();
  });
});

describe('startProcess', () => {
  it('says when the process ends early', async () => {
    const child = await startProcess({ command: process.execPath, args: ['-e', 'process.exit(3)'], env: process.env, cwd: home.root, log: join(home.logs, 'x') });
    await expect(child.exited).resolves.toBe('exit status 3');
  });

  it('refuses what cannot be executed', async () => {
    const request = { command: join(home.root, 'nothing'), args: [], env: process.env, cwd: home.root, log: join(home.logs, 'x') };
    await expect(startProcess(request)).rejects.toThrow(SetupError);
  });
});

describe('ports', () => {
  it('names a taken one, what wanted it, and how to choose another', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const use = { port, purpose: "Temporal's server", flag: '--port', variable: 'SLIPWAY_TEMPORAL_PORT' };
    try {
      const error = await requireFreePort(use).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(SetupError);
      expect(JSON.stringify(error)).toContain(`port ${port} of 127.0.0.1, wanted for Temporal's server, is in use by another process`);
      expect(JSON.stringify(error)).toContain('SLIPWAY_TEMPORAL_PORT');
    } finally {
      server.close();
    }
    await expect(requireFreePort(use)).resolves.toBeUndefined();
  });

  it.each(['0', '65536', 'abc', '-1', '80.5', ''])('refuses "%s"', (text) => {
    expect(() => parsePort(text, '--port')).toThrow(UsageError);
  });
});

describe('withHomeLock', () => {
  it('lets one at a time work', async () => {
    const events: string[] = [];
    const work = async (name: string): Promise<void> => {
      await withHomeLock(home, async () => {
        events.push(`${name} in`);
        await delay(150);
        events.push(`${name} out`);
      });
    };
    await Promise.all([work('a'), work('b')]);
    expect(events.map((event) => event.slice(2))).toEqual(['in', 'out', 'in', 'out']);
  });

  it('takes over from a holder that is gone', async () => {
    writeFileSync(join(home.run, 'lock'), JSON.stringify({ pid: 999_999_999, identity: 'long ago' }));
    await expect(withHomeLock(home, async () => readFileSync(join(home.run, 'lock'), 'utf8'))).resolves.toContain(String(process.pid));
  });
});
