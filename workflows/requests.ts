import { proxyActivities } from '@temporalio/workflow';
import type { createObserveActivities } from '../activities/observe-activities.ts';
import type { createRequestActivities } from '../activities/request-activities.ts';
import { interactive, quick } from './activity-options.ts';
import type {
  AdmissionInput,
  AdmissionResult,
  ClusterObservation,
  InstallationDescription,
  KubeconfigInput,
  MachineAccessInput,
  MachineLogsInput,
  ObserveInput,
  SealedAnswer,
} from './contracts.ts';

/**
 * Short workflows by which the CLI, which talks to Temporal alone, has something looked up or
 * issued. Each is one activity: the workflow is its durable, visible record.
 */

type Requests = ReturnType<typeof createRequestActivities> & ReturnType<typeof createObserveActivities>;

const now = proxyActivities<Requests>(interactive);
const patient = proxyActivities<Requests>(quick);

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
