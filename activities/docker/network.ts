import type Dockerode from 'dockerode';
import type { ClusterScope } from '../seams/machine-provider.ts';
import { callEngine, findInEngine, hasStatus, repeatUntil } from './engine.ts';
import { AllocationError } from './errors.ts';
import { assertOwned, clusterLabels } from './labels.ts';
import { networkName } from './names.ts';

const mtuOption = 'com.docker.network.driver.mtu';

/** Two attempts at once: for a moment the faster one's network has its subnet, and is in no list yet. */
const conflictTimeoutMs = 5_000;

/**
 * The cluster's own bridge network, because static addresses need a subnet of one's own.
 * @throws OwnedByAnotherError | AllocationError when something else has taken the subnet since it was claimed
 */
export async function ensureClusterNetwork(docker: Dockerode, scope: ClusterScope, signal: AbortSignal): Promise<void> {
  const name = networkName(scope.cluster);
  const end = performance.now() + conflictTimeoutMs;
  await repeatUntil({ what: `create network ${name}`, timeoutMs: 2 * conflictTimeoutMs, signal }, async () => {
    if (await findOwnNetwork(docker, scope, signal)) return true;
    try {
      await createNetwork(docker, scope, signal);
      return true;
    } catch (error) {
      // The engine's answer to a subnet in use is 403, in older versions 400 or 500; to a name in use 409.
      const isConflict = hasStatus(error, 409) || (hasStatus(error, 400, 403, 500) && /overlap/i.test(String(error)));
      if (!isConflict) throw error;
      if (performance.now() < end) return false;
      throw new AllocationError(
        `network ${name}: its subnet ${scope.allocation.subnet} was free when it was claimed and is in use now. ` +
          'Nothing was made. `docker network inspect` shows by whom; remove that network and retry, or delete the cluster and create it again.',
        { cause: error },
      );
    }
  });
}

async function createNetwork(docker: Dockerode, scope: ClusterScope, signal: AbortSignal): Promise<void> {
  const mtu = await readDefaultMtu(docker, signal);
  const name = networkName(scope.cluster);
  await callEngine(`create network ${name}`, signal, (options) =>
    docker.createNetwork({
      Name: name,
      Driver: 'bridge',
      CheckDuplicate: true,
      Labels: { ...clusterLabels(scope.cluster) },
      Options: mtu === undefined ? {} : { [mtuOption]: mtu },
      IPAM: { Driver: 'default', Config: [{ Subnet: scope.allocation.subnet, Gateway: scope.allocation.gateway }] },
      ...options,
    }),
  );
}

async function findOwnNetwork(docker: Dockerode, scope: ClusterScope, signal: AbortSignal): Promise<boolean> {
  const name = networkName(scope.cluster);
  // The engine's name filter matches parts of names.
  const networks = await callEngine(`look for network ${name}`, signal, (options) =>
    docker.listNetworks({ filters: { name: [name] }, ...options }),
  );
  const found = networks.filter((network) => network.Name === name);
  for (const network of found) {
    assertOwned({ what: `network ${name}`, labels: network.Labels ?? {}, expected: clusterLabels(scope.cluster) });
  }
  return found.length > 0;
}

/** Where packets must be smaller than 1500 bytes, the engine's own bridge was told so; ours must follow. */
async function readDefaultMtu(docker: Dockerode, signal: AbortSignal): Promise<string | undefined> {
  const bridge = await findInEngine('look at the default network', signal, () => docker.getNetwork('bridge').inspect());
  return bridge?.Options?.[mtuOption];
}
