import { WithStartWorkflowOperation } from '@temporalio/client';
import type { DesiredCluster } from '../api/desired-cluster.ts';
import { controlTaskQueue, workflowTypes, type AdmissionInput, type AdmissionResult, type ClusterWorkflowInput } from '../workflows/contracts.ts';
import { applyUpdate, clusterWorkflowId, type ApplyCommand, type CommandAccepted } from '../workflows/messages.ts';
import { currentActor } from './actor.ts';
import { confirmOrRefuse } from './confirm.ts';
import { ConflictError } from './errors.ts';
import { onFailureOrDefault, type ApplyFlags, type ConfirmedApplyFlags } from './flags.ts';
import { hasChanges } from '../domain/cluster-plan.ts';
import { runFollowed } from './follow/run-followed.ts';
import { renderPlan } from './render/plan.ts';
import { requestPlan } from './request-plan.ts';
import { sealSecrets } from './seal-secrets.ts';
import { startSimulatorFor } from './start-simulator.ts';
import { deliverToCluster } from './temporal/deliver-update.ts';
import { requestMetadata } from './temporal/request-metadata.ts';
import { runWorkflow } from './temporal/run-workflow.ts';
import { withTemporal, type TemporalSession } from './temporal/session.ts';
import { colorsFor, writeStory } from './terminal.ts';

const ADMISSION_TIMEOUT_MS = 60_000;

/** What the caller saw, and whether it may overrule others. */
type Wish = Pick<ApplyCommand, 'force' | 'seenRevision' | 'plan'>;

/** What came of it; undefined where a person saw the plan and did not want it. */
export type Applied = CommandAccepted | undefined;

/**
 * Shows what an apply would do, asks, has it done and follows the work.
 * @throws UsageError without a terminal and without --yes
 */
export async function applyAfterPlan(desired: DesiredCluster, flags: ConfirmedApplyFlags): Promise<Applied> {
  return withTemporal(async (session) => {
    await startSimulatorFor(session, desired);
    const sealed = await sealSecrets(session, desired);
    const force = flags.force === true ? { force: true as const } : {};
    const plan = await requestPlan(session, { cluster: desired.name, apply: { desired: sealed, ...force } });
    if (flags.plan !== undefined && plan.order?.hash !== flags.plan) throw otherPlan(desired.name, { wanted: flags.plan, now: plan.order?.hash });
    if (hasChanges(plan)) {
      writeStory(renderPlan(plan, colorsFor(process.stderr)));
      const confirmed = await confirmOrRefuse({ yes: flags.yes, question: 'Do this?', what: `cluster ${desired.name} would change` });
      if (!confirmed) {
        writeStory('nothing was changed');
        return undefined;
      }
    }
    const seen = plan.revision === undefined ? {} : { seenRevision: plan.revision };
    const agreed = plan.order === undefined ? {} : { plan: plan.order };
    return carryOut(session, { desired: sealed, flags, wish: { ...force, ...seen, ...agreed } });
  });
}

function otherPlan(cluster: string, { wanted, now }: { readonly wanted: string; readonly now: string | undefined }): ConflictError {
  return new ConflictError({
    what: `the plan is ${now ?? 'one without a hash: not all of it can be foreseen, or there is nothing to do'}, not ${wanted}`,
    where: `cluster ${cluster}`,
    unchanged: 'nothing was changed',
    next: ['slipway plan -f FILE   (shows what would be done now, and its hash)'],
  });
}

/** Asks for that cluster without showing a plan first, and follows the work unless --detach says otherwise. */
export async function applyCluster(desired: DesiredCluster, flags: ApplyFlags): Promise<CommandAccepted> {
  return withTemporal(async (session) => {
    await startSimulatorFor(session, desired);
    return carryOut(session, { desired: await sealSecrets(session, desired), flags, wish: {} });
  });
}

async function carryOut(
  session: TemporalSession,
  request: { readonly desired: DesiredCluster; readonly flags: ApplyFlags; readonly wish: Wish },
): Promise<CommandAccepted> {
  const { desired, flags, wish } = request;
  const admitted = await admit(session, desired);
  const accepted = await sendApply(session, admitted, { flags, wish });
  tellAccepted(desired.name, accepted);
  if (accepted.result !== 'unchanged' && flags.detach !== true) {
    const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout };
    await runFollowed(session, { cluster: desired.name, operationId: accepted.operationId, ...timeout });
  }
  return accepted;
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

async function sendApply(
  session: TemporalSession,
  admitted: AdmissionResult,
  { flags, wish }: { readonly flags: ApplyFlags; readonly wish: Wish },
): Promise<CommandAccepted> {
  const { desired, placement } = admitted;
  const input: ClusterWorkflowInput = { name: desired.name };
  // Each attempt needs one of its own.
  const startOperation = () =>
    new WithStartWorkflowOperation(workflowTypes.cluster, {
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
    ...wish,
    ...(flags.reason === undefined ? {} : { reason: flags.reason }),
  };
  return deliverToCluster(session, {
    cluster: desired.name,
    next: [`slipway describe cluster ${desired.name}`],
    send: (updateId) =>
      session.client.executeUpdateWithStart(applyUpdate, { args: [command], updateId, startWorkflowOperation: startOperation() }),
  });
}

function tellAccepted(name: string, { result, operationId, revision }: CommandAccepted): void {
  const colors = colorsFor(process.stderr);
  switch (result) {
    case 'unchanged':
      writeStory(`${colors.green('✓')} cluster ${name} is unchanged: it is as the manifest asks (revision ${revision})`);
      return;
    case 'started':
    case 'changed':
      writeStory(`cluster ${name}: operation ${operationId} started`);
      return;
    case 'attached':
      writeStory(`cluster ${name}: operation ${operationId} is under way already; following it`);
      return;
    case 'resumed':
      writeStory(`cluster ${name}: operation ${operationId} goes on from where it stopped`);
  }
}
