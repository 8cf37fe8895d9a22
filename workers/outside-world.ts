import type Docker from 'dockerode';
import { choosePart } from '../activities/choose-part.ts';
import { createDockerMachineProvider } from '../activities/docker/provider.ts';
import { createEtcdctlMembers } from '../activities/etcd/etcdctl-members.ts';
import { createEtcdctlSnapshots } from '../activities/etcd/etcdctl-snapshots.ts';
import { createKubeadmBootstrapper } from '../activities/kubeadm/bootstrapper.ts';
import { createApiClients } from '../activities/kubernetes/api-client.ts';
import { createNodeMaintenance } from '../activities/kubernetes/node-maintenance.ts';
import { createWorkloadCluster } from '../activities/kubernetes/workload-cluster.ts';
import type { ClusterCredentials } from '../activities/pki/cluster-credentials.ts';
import type { Bootstrapper } from '../activities/seams/bootstrapper.ts';
import type { CommandRunner, WaitForSsh } from '../activities/seams/command-runner.ts';
import type { EtcdSnapshots } from '../activities/seams/etcd-snapshots.ts';
import type { EtcdMembers } from '../activities/seams/etcd-members.ts';
import type { MachineProvider } from '../activities/seams/machine-provider.ts';
import type { NodeMaintenance } from '../activities/seams/node-maintenance.ts';
import type { Store } from '../activities/seams/store.ts';
import type { WorkloadCluster } from '../activities/seams/workload-cluster.ts';
import { createSimulatedSeams } from '../activities/simulator/seams.ts';
import { createSshCommandRunner } from '../activities/ssh/command-runner.ts';
import { waitForSsh } from '../activities/ssh/wait-for-ssh.ts';
import type { ClusterRecords } from '../activities/store/cluster-records.ts';
import type { ClusterSecrets } from '../activities/store/cluster-secrets.ts';
import type { WorkerConfig } from './config.ts';

/**
 * The seams to what is outside: Docker, SSH, kubeadm, etcd and Kubernetes for real clusters, and the
 * simulator for those whose manifest asks for it.
 */
export function composeOutsideWorld(deps: {
  readonly config: WorkerConfig;
  readonly docker: Docker;
  readonly store: Store;
  readonly records: ClusterRecords;
  readonly secrets: ClusterSecrets;
  readonly credentials: ClusterCredentials;
  readonly now: () => number;
}) {
  const { config, docker, store, records, secrets, credentials, now } = deps;
  const simulated = createSimulatedSeams({ accessFile: config.simulatorAccess, host: config.host });
  const isSimulated = createSimulationLookup(records);
  const ssh = createSshCommandRunner({
    keys: {
      clientKey: async (uid) => (await secrets.loadSshKey(uid)).privateKey,
      hostKey: async (uid, machineUid) => (await secrets.ensureHostKey(uid, machineUid)).publicKey,
    },
  });
  const apiClients = createApiClients({ credentials, now });
  const chosenRunner = choosePart<CommandRunner>({ real: ssh, simulated: simulated.runner, isSimulated });
  const waitForMachine: WaitForSsh = async (target, options) =>
    (await isSimulated(target.clusterUid)) ? simulated.waitForSsh(target, options) : waitForSsh({ runner: ssh, target, ...options });

  return {
    apiClients,
    provider: choosePart<MachineProvider>({
      real: createDockerMachineProvider({ docker, store, host: config.host, isDeleted: (uid) => records.isDeleted(uid) }),
      simulated: simulated.provider,
      isSimulated,
    }),
    runner: {
      run: (...call) => chosenRunner.run(...call),
      stream: (...call) => chosenRunner.stream(...call),
      send: (...call) => chosenRunner.send(...call),
      runDurable: (...call) => chosenRunner.runDurable(...call),
      writeFiles: (...call) => chosenRunner.writeFiles(...call),
      // Only real connections are kept.
      forget: (uid) => ssh.forget(uid),
      close: () => ssh.close(),
    } satisfies CommandRunner,
    waitForSsh: waitForMachine,
    bootstrapper: choosePart<Bootstrapper>({ real: createKubeadmBootstrapper(ssh), simulated: simulated.bootstrapper, isSimulated }),
    members: choosePart<EtcdMembers>({ real: createEtcdctlMembers(ssh), simulated: simulated.members, isSimulated }),
    snapshots: choosePart<EtcdSnapshots>({ real: createEtcdctlSnapshots(ssh), simulated: simulated.snapshots, isSimulated }),
    workload: choosePart<WorkloadCluster>({ real: createWorkloadCluster(apiClients), simulated: simulated.workload, isSimulated }),
    maintenance: choosePart<NodeMaintenance>({ real: createNodeMaintenance(apiClients), simulated: simulated.maintenance, isSimulated }),
    async close(): Promise<void> {
      simulated.close();
      await ssh.close();
    },
  };
}

/** A cluster's backend is fixed for its life, and recorded before anything of it is made. */
function createSimulationLookup(records: Pick<ClusterRecords, 'load'>): (uid: string) => Promise<boolean> {
  const known = new Map<string, boolean>();
  return async (uid) => {
    const cached = known.get(uid);
    if (cached !== undefined) return cached;
    const record = await records.load(uid);
    if (record === undefined) throw new Error(`the store has no record of cluster ${uid}: what its machines are cannot be known. Nothing was changed.`);
    const simulates = record.desired.controlPlane.infrastructure.inMemory !== undefined;
    known.set(uid, simulates);
    return simulates;
  };
}
