import { z } from 'zod';
import type { CommandRunner, SshTarget, WaitForSsh } from '../seams/command-runner.ts';
import { waitMs, type SimulatorClient } from './client.ts';
import { NotSimulatedError } from './errors.ts';

const answers = z.object({});

/** A simulated Machine answers, or does not; it has no shell to run anything in. */
export function createSimulatedCommandRunner(): CommandRunner {
  return {
    run: async (target) => refuse(target),
    stream: async (target) => refuse(target),
    send: async (target) => refuse(target),
    runDurable: async (target) => refuse(target),
    writeFiles: async (target) => refuse(target),
    forget: () => undefined,
    close: async () => undefined,
  };
}

export function createSimulatedWaitForSsh(client: SimulatorClient): WaitForSsh {
  return async (target, { signal, timeoutMs, onProgress }) => {
    const request = { cluster: target.clusterUid, machine: target.machine, waitMs };
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    await client.waitFor('waitForSsh', request, { signal: limited, done: answers, onProgress });
  };
}

function refuse(target: SshTarget): never {
  throw new NotSimulatedError(target.machine, 'it has no shell, no journal and no files of its own');
}
