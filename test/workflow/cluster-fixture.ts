import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { generateManifest } from '../../api/generate-manifest.ts';
import { parseManifest } from '../../api/parse-manifest.ts';
import { currentOperation, type ClusterState } from '../../domain/cluster-state.ts';
import { isOpen, type OnFailure } from '../../domain/operation.ts';
import type { clusterWorkflow } from '../../workflows/cluster.ts';
import { controlTaskQueue, hostTaskQueue } from '../../workflows/contracts.ts';
import { applyUpdate, clusterQuery, clusterWorkflowId, type CommandAccepted } from '../../workflows/messages.ts';
import type { FakeWorld } from './fake-activities.ts';
import { workflowBundle } from './temporal.ts';

export function desiredCluster(name: string, controlPlanes: number, workers: number): DesiredCluster {
  const manifest = generateManifest({
    name,
    kubernetesVersion: 'v1.34.4',
    controlPlaneMachineCount: controlPlanes,
    workerMachineCount: workers,
  });
  const parsed = parseManifest(manifest);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.cluster;
}

/** Runs both queues' workers around `work`. */
export async function withWorkers<T>(env: TestWorkflowEnvironment, world: FakeWorld, work: () => Promise<T>): Promise<T> {
  const common = { connection: env.nativeConnection, activities: world.activities, shutdownGraceTime: '1 second', maxHeartbeatThrottleInterval: '200 milliseconds', defaultHeartbeatThrottleInterval: '200 milliseconds' } as const;
  const control = await Worker.create({ ...common, workflowBundle: await workflowBundle(), taskQueue: controlTaskQueue });
  const host = await Worker.create({ ...common, taskQueue: hostTaskQueue('local') });
  return control.runUntil(() => host.runUntil(work));
}

export async function applyCluster(
  env: TestWorkflowEnvironment,
  desired: DesiredCluster,
  options: { readonly onFailure?: OnFailure; readonly continueAsNewEveryPass?: boolean } = {},
): Promise<CommandAccepted> {
  const { onFailure = 'block', continueAsNewEveryPass = false } = options;
  const startWorkflowOperation = new WithStartWorkflowOperation('clusterWorkflow', {
    workflowId: clusterWorkflowId(desired.name),
    taskQueue: controlTaskQueue,
    args: [{ name: desired.name, continueAsNewEveryPass }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  return env.client.workflow.executeUpdateWithStart(applyUpdate, {
    startWorkflowOperation,
    args: [{ desired, placement: { installation: 'test', uid: `uid-${desired.name}`, host: 'local' }, actor: 'tester', onFailure }],
  });
}

export function clusterHandle(env: TestWorkflowEnvironment, name: string): WorkflowHandle<typeof clusterWorkflow> {
  return env.client.workflow.getHandle<typeof clusterWorkflow>(clusterWorkflowId(name));
}

/** Polls the entity until `done`; the last state seen stands in the error when time is up. */
export async function untilState(
  env: TestWorkflowEnvironment,
  name: string,
  done: (state: ClusterState) => boolean,
  timeoutMs = 30_000,
): Promise<ClusterState> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const state = await clusterHandle(env, name).query(clusterQuery);
    if (done(state)) return state;
    if (Date.now() > deadline) throw new Error(`cluster ${name} did not get there: ${JSON.stringify(state, undefined, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function operationEnded(state: ClusterState): boolean {
  const operation = currentOperation(state);
  return operation !== undefined && !isOpen(operation);
}
