import type { Evidence } from './evidence.ts';

const stepKinds = [
  'EnsureInfrastructure',
  'ProvisionMachine',
  'InitControlPlane',
  'PrepareControlPlane',
  'JoinControlPlane',
  'JoinWorker',
  'InstallAddons',
  'TakeBackup',
  'UploadConfig',
  'UpgradeAddons',
  'UpdateNodes',
  'RemoveMachine',
  'UncordonNode',
  'RemoveEtcdMember',
  'StopControlPlane',
  'RestoreControlPlane',
  'DeleteCluster',
] as const;

/** One machine-sized piece of work: a child workflow of the cluster's entity. */
export type StepKind = (typeof stepKinds)[number];

/** Those that make a control-plane Machine a member of etcd. */
export const controlPlaneBootstraps: readonly StepKind[] = ['InitControlPlane', 'RestoreControlPlane', 'JoinControlPlane'];

export function isStepKind(text: string): text is StepKind {
  return stepKinds.some((kind) => kind === text);
}

/** A stretch of a step, as timings and the live tree show it: "kubeadm init", "Node ready". */
export type PhaseRecord = {
  readonly name: string;
  /** Epoch milliseconds, workflow time. */
  readonly startedAt: number;
  readonly endedAt?: number;
  /** It ended with an error; the step may have gone on all the same. */
  readonly failed?: true;
};

/** One that a person leaves out. */
export type SkippedPhase = { /** Workflow ID. */ readonly step: string; readonly phase: string };

/**
 * `joined` is a milestone of a control plane, not an end: the API server answers, others may go on,
 * and the step still waits for its Node.
 */
export type StepOutcome =
  | { readonly kind: 'joined' }
  | { readonly kind: 'done'; /** Of TakeBackup: the backup's ID. */ readonly backup?: string }
  | { readonly kind: 'blocked'; readonly evidence: Evidence }
  | { readonly kind: 'cancelled' };

export type Step = {
  /** Workflow ID: "cluster/demo/machine/demo-cp-x2f9k/init". */
  readonly id: string;
  readonly kind: StepKind;
  readonly machine?: string;
  /** Of RemoveEtcdMember: the member's ID. */
  readonly member?: string;
  /** Of what is published: its hash. */
  readonly brings?: string;
  /** Operation that it serves. */
  readonly operation: string;
  /** Grows each time the same step is started again; at least the operation's number. */
  readonly generation: number;
  readonly reasons: readonly string[];
  readonly state: 'Running' | 'Done' | 'Blocked' | 'Cancelled';
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly phases: readonly PhaseRecord[];
  /** See StepReport. */
  readonly attempts?: number;
  /** Why it was blocked: "KubeadmFailedError: …", at most 1000 characters. */
  readonly evidence?: string;
};

export type StepReport = {
  readonly stepId: string;
  readonly generation: number;
  readonly outcome: StepOutcome;
  readonly phases: readonly PhaseRecord[];
  /** Its Machine has joined by then, however the step has ended. */
  readonly joined?: true;
  /**
   * How often the activity that was tried most was tried, or kubeadm was run where that is more; 1
   * where nothing was tried twice. Absent in reports that say nothing of it.
   */
  readonly attempts?: number;
};

/** What a step's own query answers while it runs. */
export type StepView = {
  readonly stepId: string;
  readonly phases: readonly PhaseRecord[];
  /** So far; see StepReport. */
  readonly attempts?: number;
};

/** @param subject the Machine's name; of RemoveEtcdMember the member's ID */
export function stepId(cluster: string, kind: StepKind, subject?: string): string {
  switch (kind) {
    case 'EnsureInfrastructure':
      return `cluster/${cluster}/infrastructure`;
    case 'InstallAddons':
      return `cluster/${cluster}/addons`;
    case 'TakeBackup':
      return `cluster/${cluster}/backup-before-rollout`;
    case 'UploadConfig':
      return `cluster/${cluster}/upload-config`;
    case 'UpgradeAddons':
      return `cluster/${cluster}/upgrade-addons`;
    case 'UpdateNodes':
      return `cluster/${cluster}/update-nodes`;
    case 'DeleteCluster':
      return `cluster/${cluster}/delete`;
    case 'RemoveEtcdMember':
      return `cluster/${cluster}/etcd-member/${subject}/remove`;
    case 'StopControlPlane':
      return `cluster/${cluster}/stop-control-plane`;
    case 'RestoreControlPlane':
      return `cluster/${cluster}/machine/${subject}/restore`;
    case 'ProvisionMachine':
      return `cluster/${cluster}/machine/${subject}/provision`;
    case 'PrepareControlPlane':
      return `cluster/${cluster}/machine/${subject}/prepare`;
    case 'InitControlPlane':
      return `cluster/${cluster}/machine/${subject}/init`;
    case 'JoinControlPlane':
    case 'JoinWorker':
      return `cluster/${cluster}/machine/${subject}/join`;
    case 'RemoveMachine':
      return `cluster/${cluster}/machine/${subject}/remove`;
    case 'UncordonNode':
      return `cluster/${cluster}/machine/${subject}/uncordon`;
  }
}
