import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { expect } from 'vitest';
import { createStepLookup } from '../../activities/temporal/step-lookup.ts';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { generateManifest } from '../../api/generate-manifest.ts';
import { parseManifest } from '../../api/parse-manifest.ts';
import { currentOperation, type ClusterState } from '../../domain/cluster-state.ts';
import { isOpen, type OnFailure, type Operation } from '../../domain/operation.ts';
import type { clusterWorkflow } from '../../workflows/cluster.ts';
import { controlTaskQueue, hostTaskQueue } from '../../workflows/contracts.ts';
import { applyUpdate, clusterQuery, clusterWorkflowId, type CommandAccepted, type RefusalType } from '../../workflows/messages.ts';
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

/** Runs both queues' workers around `work`, each with all workflows as in the real process. */
export async function withWorkers<T>(env: TestWorkflowEnvironment, world: FakeWorld, work: () => Promise<T>): Promise<T> {
  const common = {
    connection: env.nativeConnection,
    shutdownGraceTime: '1 second',
    // As in the real worker, where it is a second: a cancellation travels on heartbeats.
    maxHeartbeatThrottleInterval: '100 milliseconds',
    defaultHeartbeatThrottleInterval: '100 milliseconds',
  } as const;
  // What became of a step is Temporal's to tell here, too.
  world.lookUp ??= createStepLookup(env.client.workflow);
  const [control, host] = await Promise.all([
    Worker.create({ ...common, workflowBundle: workflowBundle(), taskQueue: controlTaskQueue, activities: world.control }),
    Worker.create({ ...common, workflowBundle: workflowBundle(), taskQueue: hostTaskQueue('local'), activities: world.host }),
  ]);
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
  // A loaded machine takes its time; who waits ends as soon as it is there.
  timeoutMs = 90_000,
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

/** The operation that a state is about, or an error: for tests that expect one. */
export function operationOf(state: ClusterState): Operation {
  const operation = currentOperation(state);
  if (operation === undefined) throw new Error(`cluster ${state.identity.name} has no operation`);
  return operation;
}

export function isBlocked(state: ClusterState): boolean {
  return currentOperation(state)?.phase === 'Blocked';
}

/** How often an activity was called, on one Machine or on all. */
export function countCalls(world: FakeWorld, activity: string, machine?: string): number {
  return world.calls.filter((call) => call.activity === activity && (machine === undefined || call.machine === machine)).length;
}

/** Where in the order of all calls an activity was called. */
export function positions(world: FakeWorld, activity: string): readonly number[] {
  return world.calls.flatMap((call, index) => (call.activity === activity ? [index] : []));
}

/** A refused update, as its caller sees it. */
export function refusedAs(type: RefusalType, message = ''): { readonly cause: unknown } {
  return { cause: expect.objectContaining({ type, message: expect.stringContaining(message) }) };
}
