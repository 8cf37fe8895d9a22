import type { KubeadmStage } from '../../../domain/kubeadm/scripts.ts';
import type { composeActivities } from '../../../workers/dependencies.ts';

type Activities = Awaited<ReturnType<typeof composeActivities>>;
type ActivityType = keyof Activities['control'] | keyof Activities['host'];

/** What a fault strikes: an activity that a worker hosts, of kubeadm each command by itself. */
export type Subject = Exclude<ActivityType, 'runKubeadm'> | `runKubeadm ${KubeadmStage}`;

export const scenarioNames = ['control plane', 'workers', 'repairs', 'rollouts'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export type Row =
  | {
      /** Where it runs when nothing is struck. */
      readonly in: readonly [ScenarioName, ...ScenarioName[]];
      /** A cluster cannot go on without it: any failure is tried again for ever, and never ends as Blocked. */
      readonly endless?: true;
    }
  /** Why no scenario runs it. */
  | { readonly not: string }
  /** Why nobody can say when: it runs beside the cluster, sooner or later, or not in time. */
  | { readonly beside: string };

const everywhere = { in: ['control plane', 'workers', 'repairs', 'rollouts'] } as const;
const wherePlanned = { in: ['control plane', 'repairs', 'rollouts'] } as const;
/** The snapshot that an upgrade begins with. */
const beforeUpgrade = { in: ['rollouts'] } as const;
const backedUp = { not: 'backups run beside the cluster: test/workflow/backups.test.ts' } as const;
const asked = { not: 'answers somebody at a terminal, who asks again; changes nothing' } as const;

/**
 * The matrix's rows. An activity without one does not compile, and one that a run shows elsewhere than
 * its row says fails the run's test.
 */
export const rows: Readonly<Record<Subject, Row>> = {
  admitCluster: everywhere,
  recordCluster: everywhere,
  observePlanFacts: { ...everywhere, endless: true },
  ensureClusterSecrets: everywhere,
  markClusterDeleted: everywhere,
  deleteClusterSecrets: everywhere,
  lookUpSteps: { in: ['repairs'], endless: true },

  allocateCluster: everywhere,
  claimSshPorts: everywhere,
  ensureNetwork: everywhere,
  ensureLoadBalancer: everywhere,
  ensureMachine: everywhere,
  waitForSsh: everywhere,
  writeBootstrapData: everywhere,
  setBackends: everywhere,
  'runKubeadm init': everywhere,
  'runKubeadm restore': { not: 'a recovery: recovery.test.ts strikes it' },
  'runKubeadm join': { in: ['workers', 'repairs', 'rollouts'] },
  'runKubeadm prepare': wherePlanned,
  'runKubeadm etcd': wherePlanned,
  'runKubeadm serve': wherePlanned,
  waitForHealthyMembers: wherePlanned,
  waitForApiServer: everywhere,
  installNetworkAddon: everywhere,
  applyResourceSet: { in: ['workers'] },
  waitForNode: everywhere,
  labelNode: everywhere,

  cordonNode: everywhere,
  uncordonNode: { beside: 'after an abort of a removal, which comes by chance: test/workflow/take-back.test.ts' },
  drainNode: everywhere,
  waitForVolumesDetached: everywhere,
  moveEtcdLeader: { in: ['control plane', 'rollouts'] },
  stopApiServer: { in: ['control plane', 'rollouts'] },
  removeEtcdMember: { in: ['control plane', 'rollouts'] },
  deleteMachine: everywhere,
  deleteNode: everywhere,
  deleteInfrastructure: everywhere,

  removeStaleEtcdMember: { in: ['repairs'] },
  resetMachine: { in: ['repairs'] },
  renewKubeletCredential: { in: ['repairs'] },
  removeStrayMember: { in: ['repairs'] },
  markOutOfService: { in: ['repairs'] },

  checkBackup: { not: 'a recovery: recovery.test.ts strikes it' },
  seedCluster: { not: 'a recovery: recovery.test.ts strikes it' },
  checkSource: asked,
  isSourceServing: asked,
  seedNewCluster: { not: 'a recovery: recovery.test.ts strikes it' },
  concludeSeed: { not: 'a recovery: recovery.test.ts strikes it' },
  moveEndpoint: { not: 'a recovery: recovery.test.ts strikes it' },
  deleteLostNodes: { not: 'a recovery: recovery.test.ts strikes it' },
  deliverSnapshot: { not: 'a recovery: recovery.test.ts strikes it' },
  stopControlPlane: { not: 'a recovery: recovery.test.ts strikes it' },
  uploadConfig: { in: ['rollouts'] },
  upgradeAddons: { in: ['rollouts'] },
  waitForAddons: { in: ['rollouts'] },
  carryAddonImages: { in: ['rollouts'] },
  checkMemberLists: { in: ['rollouts'] },
  updateNodes: { in: ['rollouts'] },
  sendNotice: { beside: 'a workflow of its own, which no cluster waits for: notices.test.ts' },
  loadImages: { not: 'no manifest of a simulated Machine can ask for it' },
  findAdoptableCluster: { not: 'adoption, which reads and then starts an entity: test/e2e/adopt.test.ts' },
  lookUpCluster: asked,
  previewManifest: asked,
  describeInstallation: asked,
  issueKubeconfig: asked,
  issueMachineAccess: asked,
  readMachineLogs: asked,
  observeCluster: asked,
  readHistory: asked,
  readRevisions: asked,
  collectSupport: asked,

  findBackupSource: beforeUpgrade,
  chooseSnapshotMember: beforeUpgrade,
  takeSnapshot: beforeUpgrade,
  uploadBackup: beforeUpgrade,
  discardSnapshot: beforeUpgrade,
  pruneBackups: backedUp,
  syncBackupSchedule: backedUp,
  listBackups: asked,
  describeBackup: asked,
  observeBackups: asked,
  verifyBackup: asked,
  locateBackup: asked,
  listBackupKeys: asked,
  exportBackupKeys: asked,
  deleteBackup: backedUp,
  confirmBackupKeyExport: backedUp,
  rotateBackupKey: backedUp,
  changeBackupSchedule: backedUp,
};

const table = new Map<string, Row>(Object.entries(rows));

export function rowOf(subject: string): Row | undefined {
  return table.get(subject);
}

export function runsBeside(subject: string): boolean {
  const row = rowOf(subject);
  return row !== undefined && 'beside' in row;
}

/** What must run in that scenario, sorted. */
export function subjectsOf(scenario: ScenarioName): readonly string[] {
  return [...table].filter(([, row]) => 'in' in row && row.in.includes(scenario)).map(([subject]) => subject).toSorted();
}
