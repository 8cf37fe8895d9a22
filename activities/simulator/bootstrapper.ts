import { z } from 'zod';
import type { RequestOf } from '../../simulator/protocol.ts';
import type { BootstrapOptions, Bootstrapper } from '../seams/bootstrapper.ts';
import type { CommandResult, SshTarget } from '../seams/command-runner.ts';
import { waitMs, type SimulatorClient } from './client.ts';

const ended = z.object({ exitCode: z.number(), output: z.string() });

/** kubeadm as the simulator plays it. Of files it is told their paths alone: no secret leaves the worker. */
export function createSimulatedBootstrapper(client: SimulatorClient): Bootstrapper {
  const run = async (
    target: SshTarget,
    command: Pick<RequestOf<'runCommand'>, 'operation' | 'stage' | 'generation' | 'version' | 'backup'>,
    { signal, onOutput }: BootstrapOptions,
  ): Promise<CommandResult> => {
    const request = { ...at(target), ...command, waitMs };
    const { exitCode, output } = await client.waitFor('runCommand', request, { signal, done: ended, onProgress: onOutput });
    return { exitCode, stdout: exitCode === 0 ? output : '', stderr: exitCode === 0 ? '' : output };
  };
  return {
    async writeBootstrapData(target, { role, files }, signal) {
      await client.call('writeFiles', { ...at(target), role, paths: files.map(({ path }) => path) }, { signal, answer: z.null() });
    },
    async writeFile(target, { path }, signal) {
      await client.call('writeFiles', { ...at(target), paths: [path] }, { signal, answer: z.null() });
    },
    async stopApiServer(target, signal) {
      await client.call('stopApiServer', at(target), { signal, answer: z.null() });
      return { exitCode: 0, stdout: '', stderr: '' };
    },
    async stopControlPlane(target, signal) {
      await client.call('stopControlPlane', at(target), { signal, answer: z.null() });
      return { exitCode: 0, stdout: '', stderr: '' };
    },
    run: async (target, { stage, generation, backup }, options) =>
      run(target, { operation: `kubeadm-${stage}`, stage, generation, ...(backup === undefined ? {} : { backup }) }, options),
    runUpgrade: async (target, { part, version, step, generation }, options) =>
      run(target, { operation: `kubeadm-${part}-${step}`, stage: part, generation, version }, options),
    async certificatesExpireAt(target, signal) {
      const { validForMs } = await client.call('readCertificates', at(target), { signal, answer: z.object({ validForMs: z.number() }) });
      // A year is a year, however fast simulated time passes: people set days.
      return Date.now() + validForMs;
    },
    reset: async (target, { step, generation }, options) => run(target, { operation: `kubeadm-reset-${step}`, stage: 'reset', generation }, options),
  };
}

function at(target: SshTarget) {
  return { cluster: target.clusterUid, machine: target.machine };
}
