// @ts-check
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { dirname } from 'node:path';

const keptLines = 20;

/** A program ended otherwise than well, or could not be started. */
export class CommandError extends Error {
  /**
   * @param {{command: string, status: string, tail: readonly string[], cause?: unknown}} outcome
   */
  constructor({ command, status, tail, cause }) {
    super(`${command}: ${status}${tail.length > 0 ? `\n    ${tail.join('\n    ')}` : ''}`, { cause });
    this.name = 'CommandError';
    this.status = status;
    this.tail = tail;
  }
}

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] added to this process's environment
 * @property {string} [log] file that receives everything the program prints
 * @property {number} [timeoutMs]
 * @property {string} [input]
 * @property {(line: string) => void} [onLine] each line of stdout and stderr
 */

/** Programs under way, ended when this process is asked to stop. */
const running = new Set();

/**
 * Runs a program to its end and returns what it printed on stdout.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<string>}
 * @throws {CommandError}
 */
export async function runCommand(command, args, { cwd, env, log, timeoutMs = 45 * 60_000, input, onLine } = {}) {
  if (log !== undefined) await mkdir(dirname(log), { recursive: true });
  const sink = log === undefined ? undefined : createWriteStream(log, { flags: 'a' });
  sink?.write(`\n$ ${[command, ...args].join(' ')}\n`);
  /** @type {string[]} */
  const tail = [];
  const name = [command.split('/').at(-1), ...args.slice(0, 2)].join(' ');
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        ...(cwd === undefined ? {} : { cwd }),
        env: { ...process.env, ...env },
        stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
        // A group of its own, so that a compiler's children end with it.
        detached: true,
      });
      running.add(child);
      let stdout = '';
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        endGroup(child);
      }, timeoutMs);
      const takeLines = splitLines((line) => {
        tail.push(line);
        if (tail.length > keptLines) tail.shift();
        onLine?.(line);
      });
      child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        stdout += text;
        sink?.write(text);
        takeLines(text);
      });
      child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        sink?.write(text);
        takeLines(text);
      });
      child.stdin?.on('error', () => undefined).end(input);
      child.on('error', (cause) => reject(new CommandError({ command: name, status: cause.message, tail, cause })));
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        running.delete(child);
        if (code === 0 && !timedOut) return resolve(stdout);
        const status = timedOut
          ? `no end after ${Math.round(timeoutMs / 1000)} s`
          : signal === null
            ? `exit status ${code}`
            : `ended by ${signal}`;
        reject(new CommandError({ command: name, status, tail }));
      });
    });
  } finally {
    // On the disk before the answer: a log that is not there yet tells nothing of a failure.
    if (sink !== undefined) await finished(sink.end());
  }
}

/**
 * The same for a question whose refusal is an answer: undefined when the program is missing or fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 */
export async function tryCommand(command, args, options) {
  try {
    return await runCommand(command, args, { timeoutMs: 20_000, ...options });
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** Ends every program that is still under way. */
export function endAllCommands() {
  for (const child of running) endGroup(child);
}

/** @param {import('node:child_process').ChildProcess} child */
function endGroup(child) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch {
    // It has ended by itself meanwhile.
  }
}

/** @param {(line: string) => void} take */
function splitLines(take) {
  let rest = '';
  return (/** @type {string} */ text) => {
    const lines = (rest + text).split(/[\r\n]+/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') take(line);
  };
}
