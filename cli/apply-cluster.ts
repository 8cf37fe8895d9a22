import { WithStartWorkflowOperation } from '@temporalio/client';
import type { DesiredCluster } from '../api/desired-cluster.ts';
import { seal } from '../api/sealed-box.ts';
import { mapSecrets } from '../api/secrets.ts';
import { controlTaskQueue, workflowTypes, type AdmissionInput, type AdmissionResult, type ClusterWorkflowInput } from '../workflows/contracts.ts';
import { applyUpdate, clusterWorkflowId, type CommandAccepted } from '../workflows/messages.ts';
import { currentActor } from './actor.ts';
import { onFailureOrDefault, type ApplyFlags } from './flags.ts';
import { runFollowed } from './follow/run-followed.ts';
import { describeInstallation } from './local/worker.ts';
import { translateFailure } from './temporal/failures.ts';
import { requestMetadata } from './temporal/request-metadata.ts';
import { runWorkflow } from './temporal/run-workflow.ts';
import { withDeadline, withTemporal, type TemporalSession } from './temporal/session.ts';
import { colorsFor, writeStory } from './terminal.ts';

const ADMISSION_TIMEOUT_MS = 60_000;
const UPDATE_TIMEOUT_MS = 60_000;

/** Asks for that cluster, and follows the work unless --detach says otherwise. */
export async function applyCluster(desired: DesiredCluster, flags: ApplyFlags): Promise<CommandAccepted> {
  return withTemporal(async (session) => {
    const admitted = await admit(session, await sealSecrets(session, desired));
    const accepted = await sendApply(session, admitted, flags);
    tellAccepted(desired.name, accepted);
    if (accepted.result !== 'unchanged' && flags.detach !== true) {
      const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout };
      await runFollowed(session, { cluster: desired.name, operationId: accepted.operationId, ...timeout });
    }
    return accepted;
  });
}

/** Secrets leave this process sealed to the store's key; a manifest without any needs no key. */
async function sealSecrets(session: TemporalSession, desired: DesiredCluster): Promise<DesiredCluster> {
  let found = false;
  mapSecrets(desired, (value) => {
    found ||= 'plain' in value;
    return value;
  });
  if (!found) return desired;
  const { sealingKey } = await describeInstallation(session, ADMISSION_TIMEOUT_MS);
  return mapSecrets(desired, (value) => ('plain' in value ? { sealed: seal(sealingKey, value.plain, 'manifest') } : value));
}

async function admit(session: TemporalSession, desired: DesiredCluster): Promise<AdmissionResult> {
  const input: AdmissionInput = { desired };
  return runWorkflow<AdmissionResult>(session, {
    type: workflowTypes.admission,
    idPrefix: `${clusterWorkflowId(desired.name)}/admission`,
    input,
    timeoutMs: ADMISSION_TIMEOUT_MS,
    where: `cluster ${desired.name}`,
    unchanged: 'nothing was created',
  });
}

async function sendApply(session: TemporalSession, admitted: AdmissionResult, flags: ApplyFlags): Promise<CommandAccepted> {
  const { desired, placement } = admitted;
  const input: ClusterWorkflowInput = { name: desired.name };
  const startWorkflowOperation = new WithStartWorkflowOperation(workflowTypes.cluster, {
    workflowId: clusterWorkflowId(desired.name),
    taskQueue: controlTaskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    ...requestMetadata(clusterWorkflowId(desired.name)),
  });
  const command = {
    desired,
    placement,
    onFailure: onFailureOrDefault(flags),
    actor: currentActor(),
    ...(flags.reason === undefined ? {} : { reason: flags.reason }),
  };
  try {
    return await withDeadline(
      session,
      () => session.client.executeUpdateWithStart(applyUpdate, { args: [command], startWorkflowOperation }),
      UPDATE_TIMEOUT_MS,
    );
  } catch (error) {
    throw translateFailure(error, {
      session,
      where: `cluster ${desired.name}`,
      unchanged: 'the cluster stays as it was',
      next: [`slipway describe cluster ${desired.name}`],
    });
  }
}

function tellAccepted(name: string, { result, operationId, revision }: CommandAccepted): void {
  const colors = colorsFor(process.stderr);
  switch (result) {
    case 'unchanged':
      writeStory(`${colors.green('✓')} cluster ${name} is unchanged: it is as the manifest asks (revision ${revision})`);
      return;
    case 'started':
      writeStory(`cluster ${name}: operation ${operationId} started`);
      return;
    case 'attached':
      writeStory(`cluster ${name}: operation ${operationId} is under way already; following it`);
      return;
    case 'resumed':
      writeStory(`cluster ${name}: operation ${operationId} goes on from where it stopped`);
  }
}
