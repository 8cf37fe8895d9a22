import { ApplicationFailure, Context } from '@temporalio/activity';
import type { HostActivities } from '../../workflows/host-activities.ts';
import type { createRecordActivities } from '../../activities/record-activities.ts';

type Activities = HostActivities & ReturnType<typeof createRecordActivities>;

/** One call that a workflow made, in the order in which it came. */
export type Call = { readonly activity: string; readonly machine?: string };

export type FakeWorld = {
  readonly activities: Activities;
  readonly calls: Call[];
  /** Names of activities that fail from now on, and how. */
  readonly failing: Map<string, (call: Call) => Error | undefined>;
  /** Names of activities that wait until they are cancelled or released. */
  readonly hanging: Set<string>;
};

/** Activities that remember who called them, for tests of what workflows do with the outcome. */
export function createFakeWorld(): FakeWorld {
  const calls: Call[] = [];
  const failing: FakeWorld['failing'] = new Map();
  const hanging = new Set<string>();

  const step = async (activity: string, machine?: string): Promise<void> => {
    const call: Call = { activity, ...(machine === undefined ? {} : { machine }) };
    calls.push(call);
    const failure = failing.get(activity)?.(call);
    if (failure !== undefined) throw failure;
    const context = Context.current();
    while (hanging.has(activity)) {
      context.heartbeat();
      await context.sleep(50);
    }
  };
  const onMachine = (activity: string) => (task: { machine: { name: string } }) => step(activity, task.machine.name);

  const activities: Activities = {
    allocateCluster: async () => {
      await step('allocateCluster');
      return {
        host: 'local',
        subnet: '172.30.7.0/24',
        gateway: '172.30.7.1',
        loadBalancerAddress: '172.30.7.2',
        apiServerHostPort: 22001,
      };
    },
    claimSshPorts: async ({ names }) => {
      await step('claimSshPorts');
      return Object.fromEntries(names.map((name, index) => [name, 22100 + index]));
    },
    ensureNetwork: () => step('ensureNetwork'),
    ensureLoadBalancer: () => step('ensureLoadBalancer'),
    ensureMachine: onMachine('ensureMachine'),
    waitForSsh: onMachine('waitForSsh'),
    setBackends: () => step('setBackends'),
    deleteInfrastructure: async () => {
      await step('deleteInfrastructure');
      return { removed: [] };
    },
    writeBootstrapData: onMachine('writeBootstrapData'),
    runKubeadm: onMachine('runKubeadm'),
    resetMachine: onMachine('resetMachine'),
    waitForHealthyMembers: onMachine('waitForHealthyMembers'),
    removeStaleEtcdMember: async (task) => {
      await step('removeStaleEtcdMember', task.machine.name);
      return { removed: [] };
    },
    waitForApiServer: () => step('waitForApiServer'),
    installNetworkAddon: () => step('installNetworkAddon'),
    waitForNode: onMachine('waitForNode'),
    labelNode: onMachine('labelNode'),
    recordCluster: () => step('recordCluster'),
    ensureClusterSecrets: async () => {
      await step('ensureClusterSecrets');
      return { sshAuthorizedKey: 'ssh-ed25519 AAAA', caPublicKeyHash: 'sha256:00' };
    },
    markClusterDeleted: () => step('markClusterDeleted'),
    deleteClusterSecrets: () => step('deleteClusterSecrets'),
    lookUpSteps: async () => {
      await step('lookUpSteps');
      return [];
    },
  };
  return { activities, calls, failing, hanging };
}

/** As kubeadm's own failure reaches a workflow. */
export function kubeadmFailure(): Error {
  return ApplicationFailure.create({ type: 'KubeadmFailedError', message: 'kubeadm exited with 1', details: [{ attempt: 1 }] });
}
