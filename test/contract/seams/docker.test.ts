import Docker from 'dockerode';
import { describe } from 'vitest';
import { describeMachineProvider } from './machine-provider.contract.ts';
import { describeRunningCluster } from './running-cluster.contract.ts';
import { describeUpgrade } from './upgrade.contract.ts';
import { createContractWorld } from './world.ts';

const create = () =>
  createContractWorld({
    inMemory: false,
    simulatorAccess: '/nonexistent/simulator-access.json',
    powerOff: async (_cluster, machine) => void (await new Docker().getContainer(machine.name).kill()),
  });

describe('real: Docker, SSH, kubeadm, etcdctl and Kubernetes', () => {
  describeMachineProvider(create);
  describeRunningCluster(create);
  describeUpgrade(create);
});
