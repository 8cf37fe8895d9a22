import type Dockerode from 'dockerode';
import type { ClusterIdentity } from '../../domain/identity.ts';
import { listContainers } from './containers.ts';
import { callEngine, hasStatus, repeatUntil } from './engine.ts';
import { removeContainer } from './ensure-container.ts';
import { ownedBy } from './labels.ts';

/** Removing 100 Machines takes about a minute on two cores. */
const timeoutMs = 5 * 60_000;

export type Removal = {
  readonly docker: Dockerode;
  readonly cluster: ClusterIdentity;
  /** Left out: the whole cluster, its network included. */
  readonly machineUid?: string;
  readonly signal: AbortSignal;
};

/**
 * Removes what carries the labels of exactly this cluster, or of one Machine of it, and looks again
 * until the engine lists nothing more: a late attempt may have made something in between.
 * @returns what it removed, "container demo-cp-x2f9"
 */
export async function removeOwned(removal: Removal): Promise<readonly string[]> {
  const removed = new Set<string>();
  const what = `remove ${removal.machineUid === undefined ? `cluster ${removal.cluster.name}` : `Machine ${removal.machineUid}`}`;
  await repeatUntil({ what, timeoutMs, signal: removal.signal }, async () => {
    const containers = await removeContainers(removal);
    // A network goes only when nothing is attached, and a volume when nothing uses it.
    const rest = [...(await removeVolumes(removal)), ...(removal.machineUid === undefined ? await removeNetworks(removal) : [])];
    for (const name of [...containers, ...rest]) removed.add(name);
    return containers.length + rest.length === 0;
  });
  return [...removed].sort();
}

/** Names of all that it found: the next look says whether they are gone. */
async function removeContainers({ docker, cluster, machineUid, signal }: Removal): Promise<readonly string[]> {
  const containers = await listContainers(docker, ownedBy(cluster, machineUid), signal);
  await Promise.all(
    containers.map((container) => removeContainer({ container: docker.getContainer(container.Id), name: nameOf(container), signal })),
  );
  return containers.map((container) => `container ${nameOf(container)}`);
}

async function removeVolumes({ docker, cluster, machineUid, signal }: Removal): Promise<readonly string[]> {
  const filters = ownedBy(cluster, machineUid);
  const { Volumes } = await callEngine('list volumes', signal, (options) =>
    docker.listVolumes({ filters: { label: filters.label }, ...options }),
  );
  // Docker answers null, not an empty list, where there is none.
  const volumes = Volumes ?? [];
  await Promise.all(
    volumes.map(async ({ Name }) =>
      ignoreStatus([404, 409], () => callEngine(`remove volume ${Name}`, signal, (options) => docker.getVolume(Name).remove({ ...options }))),
    ),
  );
  return volumes.map(({ Name }) => `volume ${Name}`);
}

async function removeNetworks({ docker, cluster, signal }: Removal): Promise<readonly string[]> {
  const networks = await callEngine('list networks', signal, (options) =>
    docker.listNetworks({ filters: { label: ownedBy(cluster).label }, ...options }),
  );
  await Promise.all(
    networks.map(async ({ Id, Name }) =>
      // 403: a container is still attached, and the next round removes that one first.
      ignoreStatus([403, 404, 409], () => callEngine(`remove network ${Name}`, signal, (options) => docker.getNetwork(Id).remove({ ...options }))),
    ),
  );
  return networks.map(({ Name }) => `network ${Name}`);
}

async function ignoreStatus(statusCodes: readonly number[], request: () => Promise<unknown>): Promise<void> {
  try {
    await request();
  } catch (error) {
    if (!hasStatus(error, ...statusCodes)) throw error;
  }
}

function nameOf(container: Dockerode.ContainerInfo): string {
  return (container.Names[0] ?? container.Id).replace(/^\//, '');
}
