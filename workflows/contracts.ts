import type { BackupRetention } from '../api/backup-schedule.ts';
import type { DesiredCluster } from '../api/desired-cluster.ts';
import type { BackupOrigin } from '../domain/backup/backup-manifest.ts';
import type { ScheduleQuestion } from '../domain/backup/backup-view.ts';
import type { ClientIdentity } from '../domain/client-identity.ts';
import type { ClusterAllocation } from '../domain/network/cluster-network.ts';
import type { ClusterState } from '../domain/cluster-state.ts';
import type { Owner } from '../domain/owner.ts';
import type { ClusterIdentity, ClusterPlacement } from '../domain/identity.ts';
import type { Notice } from '../domain/notices/notice.ts';
import type { ClusterIncarnation, JournalPage } from '../domain/journal-page.ts';
import type { Restorable } from '../domain/recovery/accept-recovery.ts';
import type { CheckedSource } from '../domain/recovery/checked-source.ts';
import type { Recovery } from '../domain/recovery/recovery.ts';
import type { UndoRequest, UndoTarget } from '../domain/rollout/decide-undo.ts';
import type { RevisionSummary } from '../domain/rollout/revision-history.ts';
import type { SupportPart } from '../domain/support.ts';
import type { AnsweredUpdate } from './answered-updates.ts';

/** Inputs and results of the workflows that the CLI starts by name, and of the steps. */

export const controlTaskQueue = 'slipway';

/** Activities that need a provider host's engine and networks run on its own queue. */
export function hostTaskQueue(host: string): string {
  return `slipway-host-${host}`;
}

export type ClusterWorkflowInput = {
  readonly name: string;
  /** Set when continued as new or adopted. */
  readonly state?: ClusterState;
  /** Set when continued as new. */
  readonly answered?: readonly AnsweredUpdate[];
  /** Tests force a continue-as-new at every pass of the loop. */
  readonly continueAsNewEveryPass?: boolean;
};

export type ClusterWorkflowResult = { readonly outcome: 'deleted' | 'undone' | 'refused' };

export type StepInput = {
  readonly stepId: string;
  readonly generation: number;
  readonly identity: ClusterIdentity;
  /** Provider host: names the task queue of the activities that touch machines. */
  readonly host: string;
  readonly desired: DesiredCluster;
  /** Missing only while a cluster that never had one is being deleted. */
  readonly allocation?: ClusterAllocation;
  /** Name of the Machine that a machine's step is about. */
  readonly machine?: string;
  /** ID of the etcd member that a step without a Machine is about. */
  readonly member?: string;
  /** IDs of etcd's members when a removal was decided: another list by then stops it. */
  readonly expectedMembers?: readonly string[];
  /** Of JoinControlPlane: what changes no membership has been done by a step of its own. */
  readonly prepared?: true;
  /** Of the steps that bring a control plane back. */
  readonly recovery?: Recovery;
  /** Phases that a person chose to leave out. */
  readonly skipped?: readonly string[];
  /** Of the state's machine table when the step started: its own Machine and the control plane's. */
  readonly machines: ClusterState['machines'];
};

/** `describeInstallation`: what a CLI must know before it sends secrets. */
export type InstallationDescription = {
  readonly installation: string;
  /** X25519 public key, base64: secrets of manifests are sealed to it, context "manifest". */
  readonly sealingKey: string;
  readonly host: string;
  readonly workerVersion: string;
  readonly dockerVersion: string;
  /** Kubernetes versions that this installation has a machine image for. */
  readonly kubernetesVersions: readonly string[];
};

/** `admitCluster`: secrets come sealed and leave as references; nothing is created. */
export type AdmissionInput = { readonly desired: DesiredCluster };
export type AdmissionResult = { readonly desired: DesiredCluster; readonly placement: ClusterPlacement };

/** `planCluster`: what a wish would come to. Reads only. */
export type PlanInput = { readonly cluster: string } & (
  | { readonly apply: { readonly desired: DesiredCluster; readonly force?: true } }
  | { readonly scale: { readonly owner: Owner; readonly replicas: number } }
  | { readonly restart: { readonly owner: Owner } }
  | { readonly undo: UndoRequest }
);

/** An answer that only the holder of the one-use key can read (api/sealed-box.ts). */
export type SealedAnswer = { readonly sealed: string };

/** `issueKubeconfig`; context "kubeconfig". Its workflow is the record of who was given what. */
export type KubeconfigInput = {
  readonly cluster: ClusterAccessReference;
  readonly recipient: string;
  /** Who asked, "user@host". */
  readonly actor?: string;
  /** An administrator unless given. */
  readonly identity?: ClientIdentity;
  /** A default by kind of user unless given. */
  readonly ttlMs?: number;
};

/** `readMachineLogs`; context "logs": UTF-8 text. */
export type MachineLogsInput = {
  readonly cluster: ClusterAccessReference;
  readonly machine: MachineReference;
  /** systemd unit, "kubelet". */
  readonly unit: string;
  readonly lines: number;
  readonly recipient: string;
};

/** `issueMachineAccess`; context "machine-access": JSON of MachineAccess. */
export type MachineAccessInput = {
  readonly cluster: ClusterAccessReference;
  readonly machine: MachineReference;
  readonly recipient: string;
};
export type MachineAccess = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** OpenSSH private key file. */
  readonly privateKey: string;
  /** known_hosts key, "ssh-ed25519 AAAA…". */
  readonly hostKey: string;
};

export type ClusterAccessReference = { readonly identity: ClusterIdentity; readonly allocation: ClusterAllocation };
export type MachineReference = { readonly name: string; readonly uid: string; readonly sshPort: number };

/** `observeCluster`: live facts for `describe`; each is Unknown with a reason where it could not be had. */
export type ObserveInput = { readonly cluster: ClusterAccessReference };
export type { ClusterObservation } from '../domain/observation.ts';

/** `readHistory`: a page of the journal of a cluster of that name, deleted or not; the newest entries unless `before`. */
export type HistoryInput = {
  readonly name: string;
  /** Which of the clusters that had the name; the newest unless given. */
  readonly uid?: string;
  /** Only entries of that operation. */
  readonly operation?: string;
  /** Entries at most; a page may hold fewer. */
  readonly limit: number;
  /** `from` of the page that was had last. */
  readonly before?: number;
};
export type HistoryPage = JournalPage & {
  readonly uid: string;
  /** All that ever had the name, the newest first. */
  readonly clusters: readonly ClusterIncarnation[];
};

/**
 * `readRevisions`: what was ever wanted of a cluster of that name, deleted or not, the newest last; with
 * an owner those alone that changed it. `undo` also asks for the specification to go back to: of
 * `toRevision`, or of the newest before the current one that differs.
 */
export type RevisionsInput = {
  readonly name: string;
  readonly uid?: string;
  readonly owner?: Owner;
  readonly undo?: { readonly current: UndoTarget; readonly toRevision?: number };
};
export type RevisionsAnswer = {
  readonly uid: string;
  readonly revisions: readonly RevisionSummary[];
  /** How many of the oldest were left out: the answer would be too large. */
  readonly leftOut: number;
  /** Only where it was asked for. */
  readonly undo?: UndoTarget;
};

/** `collectSupport`; context "support": JSON of SupportAnswer (domain/support.ts), compressed with gzip. */
export type SupportInput = { readonly name: string; readonly part: SupportPart; readonly recipient: string };

/** `adoptCluster`: rebuilds the entity from store, labels and member list. */
export type AdoptInput = { readonly name: string; readonly actor: string };
export type AdoptResult = { readonly identity: ClusterIdentity; readonly machines: number };

/** `tellPeople`: started by the cluster's own workflow. */
export type NoticeInput = { readonly cluster: ClusterIdentity; readonly notice: Notice };

/** `backupCluster`: takes one backup. Runs by itself beside the cluster's own workflow, for a snapshot changes no membership. */
export type BackupInput = {
  readonly cluster: string;
  /** Of the backup, where whoever asks has named it; made from time and chance otherwise. */
  readonly id?: string;
  /** The very cluster, where a schedule was made for it. */
  readonly uid?: string;
  readonly origin: BackupOrigin;
  readonly actor: string;
  readonly reason?: string;
  /** Of a schedule: what stays once this one is complete. */
  readonly keep?: BackupRetention;
};

export type BackupsInput = { readonly cluster: string };
export type BackupReference = { readonly cluster: string; readonly id: string };
export type ObserveBackupsInput = { readonly cluster: string; readonly uid: string };

/** `verifyBackup`; `key` is an exported key file, sealed to the installation's key, context "backup-key". */
export type VerifyBackupInput = BackupReference & { readonly restore: boolean; readonly key?: string };

/** `locateBackup`; context "backup-location": JSON of BackupLocation. */
export type LocateBackupInput = BackupReference & { readonly recipient: string };
export type BackupLocation = ({ readonly kind: 'file'; readonly path: string } | { readonly kind: 'url'; readonly url: string }) & { readonly bytes: number };

/** `exportBackupKeys`; context "backup-keys": the file's text. */
export type ExportBackupKeysInput = { readonly recipient: string };
export type ConfirmKeyExportInput = { readonly keyIds: readonly string[]; readonly actor: string };

/** `changeBackupSchedule`: answers how it is afterwards, in Temporal. What is kept with the cluster is its own workflow's. */
export type ScheduleInput = { readonly cluster: string; readonly change: ScheduleQuestion; readonly actor: string };

/** A scheduled run's ID ends with its time, which Temporal adds. */
export function backupScheduleId(cluster: string): string {
  return `cluster/${cluster}/backup-schedule`;
}

/** `checkBackup`: the newest of that cluster unless `id` names one. `key` as in VerifyBackupInput: kept from then on. */
export type CheckBackupInput = { readonly cluster: string; readonly uid?: string; readonly id?: string; readonly key?: string; readonly actor?: string };

/** `recoverLostCluster`: of a cluster without a workflow. `backup` as `checkBackup` answered it; `changes`: what is told to be lost. */
export type RecoverLostInput = {
  readonly name: string;
  readonly uid: string;
  readonly backup: Restorable;
  readonly changes: readonly string[];
  readonly actor: string;
  readonly reason?: string;
};
export type RecoverLostResult = { readonly operationId: string };

/** `checkSource`: whether a new cluster `name` may begin with a backup of `from`, or with that of `id`, whosever it is. */
export type CheckSourceInput = { readonly name: string; readonly from?: string; readonly id?: string; readonly key?: string; readonly actor?: string };
export type SourceAnswer = { readonly checked: CheckedSource; /** The cluster in the backup still does. */ readonly answers: boolean };

/** `recoverOntoNew`: `checked` as `checkSource` answered it; `changes`: what was told before it was agreed to. */
export type RecoverOntoInput = {
  readonly name: string;
  readonly checked: CheckedSource;
  readonly allowClone: boolean;
  readonly changes: readonly string[];
  readonly actor: string;
  readonly reason?: string;
};

/** Workflow type names, as the CLI starts them. */
export const workflowTypes = {
  cluster: 'clusterWorkflow',
  installation: 'describeInstallation',
  admission: 'admitCluster',
  plan: 'planCluster',
  kubeconfig: 'issueKubeconfig',
  logs: 'readMachineLogs',
  access: 'issueMachineAccess',
  observe: 'observeCluster',
  history: 'readHistory',
  revisions: 'readRevisions',
  support: 'collectSupport',
  adopt: 'adoptCluster',
  backup: 'backupCluster',
  listBackups: 'listBackups',
  describeBackup: 'describeBackup',
  observeBackups: 'observeBackups',
  verifyBackup: 'verifyBackup',
  deleteBackup: 'deleteBackup',
  locateBackup: 'locateBackup',
  listBackupKeys: 'listBackupKeys',
  exportBackupKeys: 'exportBackupKeys',
  confirmBackupKeyExport: 'confirmBackupKeyExport',
  rotateBackupKey: 'rotateBackupKey',
  backupSchedule: 'changeBackupSchedule',
  checkBackup: 'checkBackup',
  recoverLost: 'recoverLostCluster',
  checkSource: 'checkSource',
  recoverOnto: 'recoverOntoNew',
} as const;
