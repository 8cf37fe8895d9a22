import { proxyActivities } from '@temporalio/workflow';
import type { createHistoryActivities } from '../activities/history-activities.ts';
import type { createObserveActivities } from '../activities/observe-activities.ts';
import type { createRequestActivities } from '../activities/request-activities.ts';
import type { createSupportActivities } from '../activities/support-activities.ts';
import { interactive, once, quick } from './activity-options.ts';
import type {
  AdmissionInput,
  AdmissionResult,
  ClusterObservation,
  HistoryInput,
  HistoryPage,
  InstallationDescription,
  KubeconfigInput,
  MachineAccessInput,
  MachineLogsInput,
  ObserveInput,
  RevisionsAnswer,
  RevisionsInput,
  SealedAnswer,
  SupportInput,
} from './contracts.ts';

/**
 * Short workflows by which the CLI, which talks to Temporal alone, has something looked up or
 * issued. Each is one activity: the workflow is its durable, visible record.
 */

type Requests = ReturnType<typeof createRequestActivities> & ReturnType<typeof createObserveActivities> & ReturnType<typeof createHistoryActivities>;

const now = proxyActivities<Requests>(interactive);
const patient = proxyActivities<Requests>(quick);
const support = proxyActivities<ReturnType<typeof createSupportActivities>>(once);

export async function describeInstallation(): Promise<InstallationDescription> {
  return now.describeInstallation();
}

export async function admitCluster(input: AdmissionInput): Promise<AdmissionResult> {
  return patient.admitCluster(input);
}

export async function issueKubeconfig(input: KubeconfigInput): Promise<SealedAnswer> {
  return now.issueKubeconfig(input);
}

export async function readMachineLogs(input: MachineLogsInput): Promise<SealedAnswer> {
  return now.readMachineLogs(input);
}

export async function issueMachineAccess(input: MachineAccessInput): Promise<SealedAnswer> {
  return now.issueMachineAccess(input);
}

export async function observeCluster(input: ObserveInput): Promise<ClusterObservation> {
  return now.observeCluster(input);
}

export async function readHistory(input: HistoryInput): Promise<HistoryPage> {
  return now.readHistory(input);
}

export async function readRevisions(input: RevisionsInput): Promise<RevisionsAnswer> {
  return now.readRevisions(input);
}

export async function collectSupport(input: SupportInput): Promise<SealedAnswer> {
  return support.collectSupport(input);
}
