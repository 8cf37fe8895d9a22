import type Dockerode from 'dockerode';
import { missingCapabilities, requiredCapabilities } from './capabilities.ts';
import { kernelModulesMount, machineRights, type EngineLimits } from './container-spec.ts';
import { callEngine, raceAbort } from './engine.ts';
import { DockerRequestError, EngineNotSuitableError } from './errors.ts';
import type { Labels } from './labels.ts';
import { runThrowaway } from './throwaway-container.ts';

type LimitsRequest = { readonly image: string; readonly labels: Labels; readonly signal: AbortSignal };

const probeTimeoutMs = 60_000;

/** Each attempt learns one thing that this engine's host lacks; there are three to learn. */
const maxAttempts = 5;

/**
 * Finds out, once for each engine, what its host grants a container, by starting one with a Machine's
 * rights and taking back what the engine refuses. The worker's own /proc would say nothing: the engine
 * may be in a virtual machine or on another host. The common engine takes the first try (0.3 s).
 */
export function createEngineLimits(docker: Dockerode): (request: LimitsRequest) => Promise<EngineLimits> {
  const known = new Map<string, Promise<EngineLimits>>();
  return async (request) => {
    const info = await callEngine('ask the Docker engine what it is', request.signal, () => docker.info());
    const id = String(info.ID);
    const limits = known.get(id) ?? probe(docker, { ...request, signal: AbortSignal.timeout(probeTimeoutMs) }, usesUserNamespaces(info));
    known.set(id, limits);
    // A failure is not remembered: it may have been a busy moment of the engine.
    limits.catch(() => known.delete(id));
    // Shared by all who ask, so that it outlives the one who asked first and was cancelled.
    return raceAbort(request.signal, limits);
  };
}

async function probe(docker: Dockerode, request: LimitsRequest, remapsUsers: boolean): Promise<EngineLimits> {
  let limits: EngineLimits = { missingCapabilities: [], kernelModules: true, kernelLog: true, remapsUsers };
  for (let attempt = 1; ; attempt += 1) {
    const hostConfig = { ...machineRights(limits), Mounts: kernelModulesMount(limits) };
    try {
      await runThrowaway({ docker, ...request, command: ['/bin/true'], hostConfig });
      return limits;
    } catch (error) {
      const learned = attempt < maxAttempts ? await learn(docker, request, { limits, error }) : undefined;
      if (learned === undefined) throw error;
      limits = learned;
    }
  }
}

/** Undefined where the refusal has nothing to do with what a host may lack. */
async function learn(
  docker: Dockerode,
  request: LimitsRequest,
  refusal: { readonly limits: EngineLimits; readonly error: unknown },
): Promise<EngineLimits | undefined> {
  const { limits, error } = refusal;
  if (!(error instanceof DockerRequestError)) return undefined;
  const { message } = error;
  if (limits.kernelModules && message.includes('/lib/modules')) return { ...limits, kernelModules: false };
  if (limits.kernelLog && message.includes('/dev/kmsg')) return { ...limits, kernelLog: false };
  if (limits.missingCapabilities.length > 0 || !/\bcaps\b|capabilit|bounding set/i.test(message)) return undefined;
  return { ...limits, missingCapabilities: await readMissingCapabilities(docker, request) };
}

/**
 * The parent of a container's first process is the engine's shim, and bounding sets only ever shrink:
 * what the shim lacks, no container of this engine can have.
 */
async function readMissingCapabilities(docker: Dockerode, request: LimitsRequest): Promise<readonly string[]> {
  const { output } = await runThrowaway({
    docker,
    ...request,
    command: ['/bin/sh', '-c', 'cat "/proc/$PPID/status" && echo ---- && cat /proc/sys/kernel/cap_last_cap'],
    hostConfig: { PidMode: 'host' },
  });
  const [status = '', lastCapability = ''] = output.split('----\n');
  const missing = missingCapabilities(status, lastCapability);
  if (missing === undefined) {
    throw new EngineNotSuitableError(
      'the Docker engine refuses a container with all capabilities, and which ones its host lacks cannot be read. ' +
        'Nothing was made. Run the engine with all capabilities, or on another host.',
    );
  }
  const needed = requiredCapabilities.filter((name) => missing.includes(name));
  if (needed.length === 0) return missing;
  throw new EngineNotSuitableError(
    `the Docker engine's host grants containers no ${needed.join(' and no ')}; a Kubernetes node cannot run without. ` +
      'Nothing was made. Run the engine on a host that is not itself confined.',
  );
}

function usesUserNamespaces(info: { readonly SecurityOptions?: unknown }): boolean {
  return Array.isArray(info.SecurityOptions) && info.SecurityOptions.some((option) => String(option).startsWith('name=userns'));
}
