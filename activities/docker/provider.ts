import type Dockerode from 'dockerode';
import type { ClusterIdentity } from '../../domain/identity.ts';
import { haproxyImage } from '../../node-image/versions.mjs';
import type { MachineProvider, ObservedMachineInfrastructure } from '../seams/machine-provider.ts';
import type { Store } from '../seams/store.ts';
import { ClusterDeletedError } from '../store/errors.ts';
import { allocateCluster, apiServerPortClaim } from './allocate.ts';
import { carryImages } from './carry-images.ts';
import { releaseClaims } from './claims.ts';
import { listMachineContainers } from './containers.ts';
import { removeOwned } from './delete.ts';
import { restoreClaims } from './restore-claims.ts';
import type { EngineLimits } from './container-spec.ts';
import { createEngineLimits } from './engine-limits.ts';
import { claimHostPorts } from './host-ports.ts';
import { checkLoadBalancerImage, checkMachineImage } from './images.ts';
import { clusterLabels } from './labels.ts';
import { ensureLoadBalancerContainer, listLoadBalancerBackends, setLoadBalancerBackends } from './load-balancer.ts';
import { loadImages } from './load-images.ts';
import { ensureMachineContainer } from './machine-container.ts';
import { ensureClusterNetwork } from './network.ts';

/** Machines that are containers of one Docker engine. */
export function createDockerMachineProvider(deps: {
  readonly docker: Dockerode;
  /** Where subnets and ports are claimed. */
  readonly store: Store;
  /** Name of the provider host that this engine belongs to. */
  readonly host: string;
  /** Whether the cluster of that UID has been deleted: then nothing may be made for it any more. */
  readonly isDeleted: (uid: string) => Promise<boolean>;
}): MachineProvider {
  const { docker, store, host } = deps;
  const findLimits = createEngineLimits(docker);
  const limitsOf = (cluster: ClusterIdentity, signal: AbortSignal): Promise<EngineLimits> =>
    findLimits({ image: haproxyImage, labels: clusterLabels(cluster), signal });

  /**
   * Makes something for a cluster that lives, and takes it back when the cluster was deleted while it
   * was being made, also where making it failed half-way: a worker that comes back late leaves nothing.
   */
  async function whileAlive<T>(cluster: ClusterIdentity, make: () => Promise<T>): Promise<T> {
    await refuseDeleted(cluster);
    try {
      const made = await make();
      await refuseDeleted(cluster);
      return made;
    } catch (error) {
      if (error instanceof ClusterDeletedError || (await deps.isDeleted(cluster.uid))) await removeAll(cluster, AbortSignal.timeout(60_000));
      throw error;
    }
  }

  async function refuseDeleted(cluster: ClusterIdentity): Promise<void> {
    if (!(await deps.isDeleted(cluster.uid))) return;
    throw new ClusterDeletedError(`cluster ${cluster.name} (UID ${cluster.uid}) has been deleted: nothing of it is left or made again.`);
  }

  async function removeAll(cluster: ClusterIdentity, signal: AbortSignal): Promise<readonly string[]> {
    const objects = await removeOwned({ docker, cluster, signal });
    const ports = await releaseClaims({ store, kind: 'ports', host }, cluster.uid);
    const subnets = await releaseClaims({ store, kind: 'subnets', host }, cluster.uid);
    return [...objects, ...ports, ...subnets];
  }

  return {
    async checkImage(request) {
      await checkMachineImage(docker, request);
      await checkLoadBalancerImage(docker, haproxyImage);
    },
    async allocate(request, signal) {
      return whileAlive(request.cluster, () => allocateCluster({ docker, store, host, image: haproxyImage, request, signal }));
    },
    async claimPorts({ cluster, names, others }) {
      return whileAlive(cluster, async () => {
        const kept = others === undefined ? undefined : new Set([apiServerPortClaim, ...names, ...others]);
        if (kept !== undefined) await releaseClaims({ store, kind: 'ports', host }, cluster.uid, ({ name }) => !kept.has(name));
        return claimHostPorts({ docker, store, host, cluster, names });
      });
    },
    async restoreClaims({ cluster, allocation, ports }) {
      await whileAlive(cluster, () => restoreClaims({ store, host, cluster, allocation, ports }));
    },
    async ensureNetwork(scope, signal) {
      // What the engine grants is found out here already, while certificates are being made.
      await whileAlive(scope.cluster, async () => {
        await Promise.all([ensureClusterNetwork(docker, scope, signal), limitsOf(scope.cluster, signal)]);
      });
    },
    async ensureLoadBalancer(request, signal) {
      await whileAlive(request.cluster, async () => {
        await ensureClusterNetwork(docker, request, signal);
        await ensureLoadBalancerContainer({ docker, scope: request, apiServerPort: request.apiServerPort, image: haproxyImage, signal });
      });
    },
    async setBackends(scope, backends, signal) {
      await setLoadBalancerBackends({ docker, scope, backends, signal });
    },
    async listBackends(scope, signal) {
      return listLoadBalancerBackends(docker, scope, signal);
    },
    async ensureMachine(request, signal) {
      return whileAlive(request.cluster, async () => {
        const [limits] = await Promise.all([limitsOf(request.cluster, signal), ensureClusterNetwork(docker, request, signal)]);
        await ensureMachineContainer({ docker, machine: request, limits, signal });
        const { machine, machineUid, role, owner, version, address, sshPort, failureDomain } = request;
        const domain = failureDomain === undefined ? {} : { failureDomain };
        return { machine, machineUid, role, owner, version, address, sshPort, ...domain, state: 'running' } satisfies ObservedMachineInfrastructure;
      });
    },
    async loadImages({ machine, machineUid, cluster, images }, signal) {
      await loadImages({ docker, cluster, machine, machineUid, images, signal });
    },
    async carryImages({ cluster, from, to, repositories }, signal) {
      return carryImages({ docker, cluster, from, to, repositories, signal });
    },
    async deleteMachine({ cluster, machine, machineUid }, signal) {
      await removeOwned({ docker, cluster, machineUid, signal });
      // Names are never used twice, so nobody will ask for this port under this name again.
      await releaseClaims({ store, kind: 'ports', host }, cluster.uid, (claim) => claim.name === machine);
    },
    async listMachines(cluster, signal) {
      return listMachineContainers(docker, cluster, signal);
    },
    async deleteCluster(cluster, signal) {
      return { removed: await removeAll(cluster, signal) };
    },
  };
}
