import type Dockerode from 'dockerode';
import type { ClusterIdentity } from '../../domain/identity.ts';
import type { ObservedMachineInfrastructure } from '../seams/machine-provider.ts';
import { callEngine } from './engine.ts';
import { ownedBy, readMachineLabels } from './labels.ts';

/** All containers with these labels, running or not. */
export async function listContainers(
  docker: Dockerode,
  filters: { readonly label: readonly string[] },
  signal?: AbortSignal,
): Promise<readonly Dockerode.ContainerInfo[]> {
  return callEngine('list containers', signal, (options) =>
    docker.listContainers({ all: true, filters: { label: [...filters.label] }, ...options }),
  );
}

/**
 * The cluster's Machines as the engine has them, by name. A Machine without a container is not
 * among them; created, exited, paused and restarting ones count as stopped.
 */
export async function listMachineContainers(
  docker: Dockerode,
  cluster: ClusterIdentity,
  signal: AbortSignal,
): Promise<readonly ObservedMachineInfrastructure[]> {
  const containers = await listContainers(docker, ownedBy(cluster), signal);
  const machines = containers.flatMap((container): readonly ObservedMachineInfrastructure[] => {
    const machine = readMachineLabels(container.Labels);
    return machine === undefined ? [] : [{ ...machine, state: container.State === 'running' ? 'running' : 'stopped' }];
  });
  return machines.sort((a, b) => a.machine.localeCompare(b.machine, 'en'));
}
