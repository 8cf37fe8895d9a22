import { ApplicationFailure, Context } from '@temporalio/activity';
import type { createAdoptActivities } from '../../activities/adopt-activities.ts';
import type { createHistoryActivities } from '../../activities/history-activities.ts';
import type { createNoticeActivities } from '../../activities/notice-activities.ts';
import type { createObserveActivities } from '../../activities/observe-activities.ts';
import type { createPlanActivities } from '../../activities/plan-activities.ts';
import type { createRecordActivities } from '../../activities/record-activities.ts';
import type { createRequestActivities } from '../../activities/request-activities.ts';
import type { createSupportActivities } from '../../activities/support-activities.ts';
import type { AdoptableCluster } from '../../domain/adopt.ts';
import type { ClusterState } from '../../domain/cluster-state.ts';
import type { JournalEntry } from '../../domain/journal.ts';
import type { Machine } from '../../domain/machine.ts';
import type { Notice } from '../../domain/notices/notice.ts';
import type { PlanFacts } from '../../domain/plan/plan-facts.ts';
import { healthyFacts } from '../healthy-facts.ts';
import { unknownObservation } from '../../domain/observation.ts';
import type { KubeadmStage } from '../../domain/kubeadm/scripts.ts';
import type { HostActivities } from '../../workflows/host-activities.ts';
import type { StepLookup } from '../../activities/seams/step-lookup.ts';

type ControlActivities = ReturnType<typeof createRecordActivities> &
  ReturnType<typeof createRequestActivities> &
  ReturnType<typeof createObserveActivities> &
  ReturnType<typeof createHistoryActivities> &
  ReturnType<typeof createSupportActivities> &
  ReturnType<typeof createAdoptActivities> &
  ReturnType<typeof createNoticeActivities> &
  ReturnType<typeof createPlanActivities>;

/** One call that a workflow made, in the order in which it came. */
export type Call = {
  readonly activity: string;
  readonly machine?: string;
  /** Of runKubeadm. */
  readonly stage?: KubeadmStage;
  readonly attempt: number;
};

export type FakeWorld = {
  readonly control: ControlActivities;
  readonly host: HostActivities;
  readonly calls: Call[];
  /** Names of activities that fail from now on, and how. */
  readonly failing: Map<string, (call: Call) => Error | undefined>;
  /** Names of activities that heartbeat until they are cancelled or released; "runKubeadm serve" for one stage alone. */
  readonly hanging: Set<string>;
  /** Names of activities that do nothing at all, not even heartbeat, once they have passed `failing`. */
  readonly silent: Set<string>;
  /** What people were told. */
  readonly told: Notice[];
  /** What the store holds: the newest state and every journal entry, as they were recorded. */
  readonly recorded: { state?: ClusterState; readonly journal: JournalEntry[] };
  adoptable?: AdoptableCluster;
  lookUp?: StepLookup;
  /** What a plan sees; unless set, that everything is well. */
  facts?: (machines: readonly Machine[]) => PlanFacts;
};

/** Activities that remember who called them, for tests of what workflows do with the outcome. */
export function createFakeWorld(): FakeWorld {
  const recorded: FakeWorld['recorded'] = { journal: [] };
  const world: Omit<FakeWorld, 'control' | 'host'> = { calls: [], failing: new Map(), hanging: new Set(), silent: new Set(), told: [], recorded };

  const act: Act = async (activity, machine, stage) => {
    const context = Context.current();
    const call: Call = {
      activity,
      attempt: context.info.attempt,
      ...(machine === undefined ? {} : { machine }),
      ...(stage === undefined ? {} : { stage }),
    };
    world.calls.push(call);
    const failure = world.failing.get(activity)?.(call);
    if (failure !== undefined) throw failure;
    if (world.silent.has(activity)) await context.sleep('1 hour');
    while (world.hanging.has(activity) || world.hanging.has(`${activity} ${stage}`)) {
      context.heartbeat();
      await context.sleep(50);
    }
  };
  return Object.assign(world, { control: controlActivities(world, act), host: hostActivities(act) });
}

type Act = (activity: string, machine?: string, stage?: KubeadmStage) => Promise<void>;

function hostActivities(act: Act): HostActivities {
  const onMachine = (activity: string) => (task: { readonly machine: { readonly name: string } }) => act(activity, task.machine.name);
  return {
    allocateCluster: async () => {
      await act('allocateCluster');
      const addresses = { subnet: '172.30.7.0/24', gateway: '172.30.7.1', loadBalancerAddress: '172.30.7.2' };
      return { host: 'local', ...addresses, apiServerHostPort: 22_001 };
    },
    claimSshPorts: async ({ names }) => {
      await act('claimSshPorts');
      return Object.fromEntries(names.map((name, index) => [name, 22_100 + index]));
    },
    ensureNetwork: () => act('ensureNetwork'),
    ensureLoadBalancer: () => act('ensureLoadBalancer'),
    ensureMachine: onMachine('ensureMachine'),
    waitForSsh: onMachine('waitForSsh'),
    loadImages: onMachine('loadImages'),
    setBackends: () => act('setBackends'),
    deleteInfrastructure: async () => {
      await act('deleteInfrastructure');
      return { removed: [] };
    },
    writeBootstrapData: onMachine('writeBootstrapData'),
    renewKubeletCredential: onMachine('renewKubeletCredential'),
    runKubeadm: ({ machine, stage }) => act('runKubeadm', machine.name, stage),
    resetMachine: onMachine('resetMachine'),
    waitForHealthyMembers: onMachine('waitForHealthyMembers'),
    removeStaleEtcdMember: async (task) => {
      await act('removeStaleEtcdMember', task.machine.name);
      return { removed: [] };
    },
    checkMemberLists: onMachine('checkMemberLists'),
    moveEtcdLeader: async (task) => {
      await act('moveEtcdLeader', task.machine.name);
      return {};
    },
    removeEtcdMember: async (task) => {
      await act('removeEtcdMember', task.machine.name);
      return { removed: [] };
    },
    removeStrayMember: (task) => act('removeStrayMember', task.memberId),
    cordonNode: async (task) => {
      await act('cordonNode', task.machine.name);
      return { exists: true };
    },
    uncordonNode: onMachine('uncordonNode'),
    drainNode: async (task) => {
      await act('drainNode', task.machine.name);
      return { outcome: 'drained', left: [] };
    },
    waitForVolumesDetached: async (task) => {
      await act('waitForVolumesDetached', task.machine.name);
      return { left: [] };
    },
    stopApiServer: async (task) => {
      await act('stopApiServer', task.machine.name);
      return { stopped: true };
    },
    markOutOfService: async (task) => {
      await act('markOutOfService', task.machine.name);
      return { left: [] };
    },
    deleteMachine: onMachine('deleteMachine'),
    deleteNode: onMachine('deleteNode'),
    waitForApiServer: () => act('waitForApiServer'),
    installNetworkAddon: () => act('installNetworkAddon'),
    applyResourceSet: () => act('applyResourceSet'),
    waitForNode: onMachine('waitForNode'),
    labelNode: onMachine('labelNode'),
    updateNodes: async () => {
      await act('updateNodes');
      return { missing: [] };
    },
    carryAddonImages: async () => {
      await act('carryAddonImages');
      return { carried: [] };
    },
    uploadConfig: onMachine('uploadConfig'),
    upgradeAddons: onMachine('upgradeAddons'),
    waitForAddons: () => act('waitForAddons'),
    stopControlPlane: async ({ machine }) => {
      await act('stopControlPlane', machine.name);
      return { stopped: true };
    },
    deliverSnapshot: onMachine('deliverSnapshot'),
    moveEndpoint: () => act('moveEndpoint'),
    isSourceServing: async () => {
      await act('isSourceServing');
      return false;
    },
    deleteLostNodes: async () => {
      await act('deleteLostNodes');
      return { deleted: [] };
    },
  };
}

function controlActivities(world: Omit<FakeWorld, 'control' | 'host'>, act: Act): ControlActivities {
  const sealed = (activity: string) => async () => {
    await act(activity);
    return { sealed: `sealed ${activity}` };
  };
  return {
    recordCluster: async ({ state, journal }) => {
      await act('recordCluster');
      world.recorded.state = state;
      world.recorded.journal.push(...journal);
    },
    ensureClusterSecrets: async () => {
      await act('ensureClusterSecrets');
      return { sshAuthorizedKey: 'ssh-ed25519 AAAA', caPublicKeyHash: 'sha256:00' };
    },
    markClusterDeleted: () => act('markClusterDeleted'),
    deleteClusterSecrets: () => act('deleteClusterSecrets'),
    lookUpSteps: async (wanted) => {
      await act('lookUpSteps');
      const found = await Promise.all(wanted.map(async (step) => world.lookUp?.find(step)));
      return found.filter((report) => report !== undefined);
    },
    findAdoptableCluster: async ({ name }) => {
      await act('findAdoptableCluster');
      if (world.adoptable !== undefined) return world.adoptable;
      throw ApplicationFailure.create({ type: 'ClusterNotFoundError', message: `the store holds no cluster ${name}` });
    },
    sendNotice: async ({ notice }) => {
      await act('sendNotice');
      world.told.push(notice);
      return { delivery: 'delivered' };
    },
    describeInstallation: async () => {
      await act('describeInstallation');
      const facts = { sealingKey: 'key', host: 'local', workerVersion: '0.0.1', dockerVersion: '28.0.0' };
      return { installation: 'test', kubernetesVersions: ['v1.34.4'], ...facts };
    },
    admitCluster: async ({ desired }) => {
      await act('admitCluster');
      return { desired, placement: { installation: 'test', uid: `uid-${desired.name}`, host: 'local' } };
    },
    readHistory: async ({ name }) => {
      await act('readHistory');
      const uid = `uid-${name}`;
      return { uid, clusters: [{ uid, createdAt: 0 }], entries: world.recorded.journal, from: 0 };
    },
    readRevisions: async ({ name, undo }) => {
      await act('readRevisions');
      return { uid: `uid-${name}`, revisions: [], leftOut: 0, ...(undo === undefined ? {} : { undo: undo.current }) };
    },
    collectSupport: sealed('collectSupport'),
    lookUpCluster: async () => {
      await act('lookUpCluster');
      return world.recorded.state === undefined ? {} : { state: world.recorded.state };
    },
    previewManifest: async ({ desired }) => {
      await act('previewManifest');
      return desired;
    },
    observePlanFacts: async ({ machines }) => {
      await act('observePlanFacts');
      return world.facts?.(machines) ?? healthyFacts(machines);
    },
    issueKubeconfig: sealed('issueKubeconfig'),
    issueMachineAccess: sealed('issueMachineAccess'),
    readMachineLogs: sealed('readMachineLogs'),
    observeCluster: async () => {
      await act('observeCluster');
      return unknownObservation('nobody looked', 0);
    },
  };
}

/** As kubeadm's own failure reaches a workflow. */
export function kubeadmFailure(): Error {
  return ApplicationFailure.create({ type: 'KubeadmFailedError', message: 'kubeadm exited with 1', details: [{ attempt: 1 }] });
}
