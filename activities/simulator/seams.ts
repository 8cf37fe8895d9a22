import type { Bootstrapper } from '../seams/bootstrapper.ts';
import type { CommandRunner, WaitForSsh } from '../seams/command-runner.ts';
import type { EtcdSnapshots } from '../seams/etcd-snapshots.ts';
import type { EtcdMembers } from '../seams/etcd-members.ts';
import type { MachineProvider } from '../seams/machine-provider.ts';
import type { NodeMaintenance } from '../seams/node-maintenance.ts';
import type { WorkloadCluster } from '../seams/workload-cluster.ts';
import { createSimulatedBootstrapper } from './bootstrapper.ts';
import { createSimulatorClient } from './client.ts';
import { createSimulatedCommandRunner, createSimulatedWaitForSsh } from './command-runner.ts';
import { createSimulatedEtcdSnapshots } from './etcd-snapshots.ts';
import { createSimulatedEtcdMembers } from './etcd-members.ts';
import { createSimulatedMachineProvider } from './machine-provider.ts';
import { createSimulatedNodeMaintenance } from './node-maintenance.ts';
import { createSimulatedWorkloadCluster } from './workload-cluster.ts';

/** All seams of the outside world, as one simulator plays them. */
export type SimulatedSeams = {
  readonly provider: MachineProvider;
  readonly runner: CommandRunner;
  readonly waitForSsh: WaitForSsh;
  readonly bootstrapper: Bootstrapper;
  readonly members: EtcdMembers;
  readonly snapshots: EtcdSnapshots;
  readonly workload: WorkloadCluster;
  readonly maintenance: NodeMaintenance;
  readonly close: () => void;
};

export function createSimulatedSeams(deps: { readonly accessFile: string; readonly host: string }): SimulatedSeams {
  const client = createSimulatorClient({ accessFile: deps.accessFile });
  return {
    provider: createSimulatedMachineProvider({ client, host: deps.host }),
    runner: createSimulatedCommandRunner(),
    waitForSsh: createSimulatedWaitForSsh(client),
    bootstrapper: createSimulatedBootstrapper(client),
    members: createSimulatedEtcdMembers(client),
    snapshots: createSimulatedEtcdSnapshots(client),
    workload: createSimulatedWorkloadCluster(client),
    maintenance: createSimulatedNodeMaintenance(client),
    close: client.close,
  };
}
