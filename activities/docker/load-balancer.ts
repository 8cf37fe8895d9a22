import { dirname } from 'node:path/posix';
import { setTimeout as delay } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { planBackends } from '../../domain/network/haproxy-backends.ts';
import { haproxyPaths, renderHaproxyConfig, renderHaproxyServerState, type SlotAssignment } from '../../domain/network/haproxy-config.ts';
import type { Backend, BackendState, ClusterScope } from '../seams/machine-provider.ts';
import { buildLoadBalancerContainer } from './container-spec.ts';
import { callEngine, findInEngine, repeatUntil } from './engine.ts';
import { ensureContainer } from './ensure-container.ts';
import { DockerRequestError, LoadBalancerError } from './errors.ts';
import { talkToHaproxy, type HaproxyObservation } from './haproxy-runtime.ts';
import { assertOwned, clusterLabels, label } from './labels.ts';
import { loadBalancerName } from './names.ts';
import { buildTarArchive, type ArchiveEntry } from './tar-archive.ts';

/** HAProxy opens its socket within some ten milliseconds of its start. */
const startTimeoutMs = 20_000;

/**
 * The cluster's endpoint, running; without API servers where it was just made.
 * @throws OwnedByAnotherError | AllocationError | LoadBalancerError
 */
export async function ensureLoadBalancerContainer(request: {
  readonly docker: Dockerode;
  readonly scope: ClusterScope;
  readonly apiServerPort: number;
  readonly image: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { docker, scope, apiServerPort, image, signal } = request;
  await ensureContainer({
    docker,
    spec: buildLoadBalancerContainer({ ...scope, apiServerPort, image }),
    labels: clusterLabels(scope.cluster),
    files: [socketFolder, ...haproxyFiles(apiServerPort, new Map())],
    signal,
  });
  const name = loadBalancerName(scope.cluster);
  let last: unknown;
  const answers = (): Promise<boolean> =>
    observe(docker, scope, signal).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof DockerRequestError)) throw error;
        last = error;
        return false;
      },
    );
  await repeatUntil({ what: `start HAProxy in ${name}`, timeoutMs: startTimeoutMs, signal }, answers).catch((error: unknown) => {
    throw error instanceof DockerRequestError ? new LoadBalancerError(`${error.message}: ${String(last)}`, { cause: error }) : error;
  });
}

/** How long the requests under way at an API server that goes may take; watches are cut off and begin anew. */
const drainMs = 1_000;

/**
 * Makes exactly these the API servers: in the file for a restart, and in the running process, whose
 * connections to those that stay go on. Nothing is written where all is as it should be.
 */
export async function setLoadBalancerBackends(request: {
  readonly docker: Dockerode;
  readonly scope: ClusterScope;
  readonly backends: readonly Backend[];
  readonly signal: AbortSignal;
}): Promise<void> {
  const { docker, scope, backends, signal } = request;
  const { haproxy, apiServerPort, observation } = await observe(docker, scope, signal);
  const plan = planBackends(observation.slots, backends);
  if (plan.commands.length === 0 && namesFit(observation, plan.slots)) return;
  // The file first: a HAProxy that restarts in between comes up with what is wanted.
  await callEngine(`write the configuration of ${haproxy.name}`, signal, (options) =>
    haproxy.container.putArchive(buildTarArchive(haproxyFiles(apiServerPort, plan.slots)), { path: '/', ...options }),
  );
  if (plan.drain.length > 0) {
    await talkToHaproxy(haproxy, plan.drain, signal);
    await delay(drainMs, undefined, { signal });
  }
  const changed = await talkToHaproxy(haproxy, plan.commands, signal);
  const left = planBackends(changed.slots, backends).commands;
  if (left.length === 0) return;
  throw new LoadBalancerError(
    `${haproxy.name}: HAProxy did not carry out all of it; left to do: ${left.join('; ')}. ` +
      'API servers that were in use still are. The step can be retried.',
  );
}

/** The API servers that HAProxy has been given, and how it finds them. */
export async function listLoadBalancerBackends(docker: Dockerode, scope: ClusterScope, signal: AbortSignal): Promise<readonly BackendState[]> {
  const { observation } = await observe(docker, scope, signal);
  return observation.slots.flatMap((slot): readonly BackendState[] => {
    const name = observation.names.get(slot.slot);
    if (name === undefined) return [];
    const state = slot.admin === 'ready' ? slot.health : 'maintenance';
    return [{ name, address: slot.address, port: slot.port, state }];
  });
}

async function observe(docker: Dockerode, scope: ClusterScope, signal: AbortSignal) {
  const name = loadBalancerName(scope.cluster);
  const found = await findInEngine(`look at container ${name}`, signal, (options) => docker.getContainer(name).inspect(options));
  if (found === undefined) {
    throw new LoadBalancerError(`${name}: the load balancer's container does not exist. Nothing was changed.`);
  }
  assertOwned({ what: `container ${name}`, labels: found.Config.Labels, expected: clusterLabels(scope.cluster) });
  const haproxy = { docker, container: docker.getContainer(found.Id), name };
  const apiServerPort = Number(found.Config.Labels[label.frontendPort]);
  return { haproxy, apiServerPort, observation: await talkToHaproxy(haproxy, [], signal) };
}

function namesFit(observation: HaproxyObservation, slots: SlotAssignment): boolean {
  return observation.names.size === slots.size && [...slots].every(([slot, backend]) => observation.names.get(slot) === backend.name);
}

/** HAProxy runs without root. Not a tmpfs: from the second start on, runc gives that the mode of its mount point. */
const socketFolder: ArchiveEntry = { path: dirname(haproxyPaths.socket), mode: 0o1777 };

/** Not secret, and read by HAProxy as an unprivileged user. */
function haproxyFiles(frontendPort: number, slots: SlotAssignment): readonly ArchiveEntry[] {
  return [
    { path: '/etc/slipway', mode: 0o755 },
    { path: haproxyPaths.config, mode: 0o644, content: renderHaproxyConfig({ frontendPort, slots }) },
    { path: haproxyPaths.serverState, mode: 0o644, content: renderHaproxyServerState(slots) },
  ];
}
