import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { APPROVE_BEFORE_ANNOTATION } from '../../api/approval-gates.ts';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { currentOperation, type ClusterState } from '../../domain/cluster-state.ts';
import type { ClusterPlan } from '../../domain/cluster-plan.ts';
import type { Owner } from '../../domain/owner.ts';
import { controlTaskQueue, workflowTypes, type HistoryPage, type PlanInput, type RevisionsAnswer, type RevisionsInput } from '../../workflows/contracts.ts';
import { approveUpdate, pauseRolloutUpdate, restartUpdate, undoUpdate } from '../../workflows/messages.ts';
import { clusterHandle, operationEnded, operationOf, refusedAs, untilState } from './cluster-fixture.ts';
import { createSimulatedWorld, simulatedDesired, type SimulatedWorld } from './simulated-world.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

const actor = 'tester';
const pool = (name: string): Owner => ({ role: 'worker', name: `${name}-md-0` });
const isDone = (operationId: string) => (state: ClusterState) => operationOf(state).id === operationId && operationEnded(state);
const workersOf = ({ machines }: ClusterState) => machines.filter(({ role }) => role === 'worker').map(({ name }) => name).toSorted();

async function ask<Answer>(type: string, input: unknown): Promise<Answer> {
  return env().client.workflow.execute<(...args: readonly unknown[]) => Promise<Answer>>(type, { workflowId: `test/${type}/${randomUUID()}`, taskQueue: controlTaskQueue, args: [input] });
}
const readRevisions = (input: RevisionsInput) => ask<RevisionsAnswer>(workflowTypes.revisions, input);
const plan = (input: PlanInput) => ask<ClusterPlan>(workflowTypes.plan, input);
const journal = async (name: string) => (await ask<HistoryPage>(workflowTypes.history, { name, limit: 500 })).entries;

/** Its workers are made another way. */
function changed(desired: DesiredCluster): DesiredCluster {
  const machineDeployments = desired.machineDeployments.map((deployment) => ({ ...deployment, nodeRegistration: { ...deployment.nodeRegistration, kubeletExtraArgs: { 'max-pods': '99' } } }));
  return { ...desired, machineDeployments };
}

function asking(desired: DesiredCluster, gates: string): DesiredCluster {
  return { ...desired, metadata: { ...desired.metadata, annotations: { ...desired.metadata.annotations, [APPROVE_BEFORE_ANNOTATION]: gates } } };
}

async function made(world: SimulatedWorld, desired: DesiredCluster): Promise<ClusterState> {
  const { operationId } = await world.apply(desired);
  return untilState(env(), desired.name, isDone(operationId), 60_000);
}

test('a pool is restarted, held by a person and let go on; each word is in the journal', { timeout: 180_000 }, async () => {
  const name = 'sim-words';
  const world = await createSimulatedWorld(env());
  await world.withWorkers(async () => {
    const before = await made(world, simulatedDesired(name, 1, 2));
    const handle = clusterHandle(env(), name);
    const say = (paused: boolean, reason: string) => handle.executeUpdate(pauseRolloutUpdate, { args: [{ owner: pool(name), paused, actor, reason }] });
    const restart = (owner: Owner) => handle.executeUpdate(restartUpdate, { args: [{ owner, actor, reason: 'a new base image', seenRevision: before.revision }] });

    expect((await plan({ cluster: name, restart: { owner: pool(name) } })).steps.filter(({ kind }) => kind === 'RemoveMachine')).toHaveLength(2);
    await say(true, 'not on a Friday');
    await expect(restart(pool(name))).rejects.toMatchObject(refusedAs('Conflict', 'slipway rollout resume'));
    expect(await say(false, 'it is Monday')).toMatchObject({ result: 'resumed' });
    await expect(restart({ role: 'worker', name: 'nobody' })).rejects.toMatchObject(refusedAs('NotFound', `${name}-md-0`));

    const { operationId } = await restart(pool(name));
    await say(true, 'one moment');
    const held = await untilState(env(), name, ({ holdUps = [] }) => holdUps.some(({ reasons }) => reasons.some((reason) => reason.includes('one moment'))), 60_000);
    expect(currentOperation(held)?.phase).toBe('Running');
    expect((await say(true, 'again')).result).toBe('unchanged');
    await say(false, 'go on');
    const after = await untilState(env(), name, isDone(operationId), 90_000);
    expect(operationOf(after)).toMatchObject({ verb: 'restart', phase: 'Succeeded' });
    expect(workersOf(after)).toHaveLength(2);
    expect(workersOf(after).filter((worker) => workersOf(before).includes(worker))).toEqual([]);
    // The manifest knows nothing of it, and takes nothing back.
    expect((await world.apply(simulatedDesired(name, 1, 2))).result).toBe('unchanged');

    await expect.poll(async () => (await journal(name)).filter(({ id }) => id.includes('/word-')).map(({ action, reason }) => `${action}: ${reason}`), { timeout: 90_000 }).toEqual([
      'rollout pause: not on a Friday',
      'rollout resume: it is Monday',
      'rollout pause: one moment',
      'rollout resume: go on',
    ]);
    expect((await journal(name)).find(({ id }) => id === `${operationId}/accepted`)).toMatchObject({ action: 'restart', actor, reason: 'a new base image', changes: [expect.stringContaining('spec.rolloutAfter: unset')] });
  });
});

test('a rollout waits at the gate that its cluster asks for, and goes back to what was before', { timeout: 180_000 }, async () => {
  const name = 'sim-gate';
  const world = await createSimulatedWorld(env());
  await world.withWorkers(async () => {
    const first = asking(simulatedDesired(name, 1, 2), 'after-canary');
    const before = await made(world, first);
    const handle = clusterHandle(env(), name);
    const approve = (gate: 'after-canary' | 'control-plane', reason = 'the canary sings') => handle.executeUpdate(approveUpdate, { args: [{ gate, actor, reason }] });
    await expect(approve('control-plane')).rejects.toMatchObject(refusedAs('Conflict', 'it asks for after-canary'));
    await expect(approve('after-canary')).rejects.toMatchObject(refusedAs('Conflict', 'nothing of'));

    const { operationId } = await world.apply(changed(first));
    const waiting = await untilState(env(), name, ({ holdUps = [] }) => holdUps.some(({ reasons }) => reasons.some((reason) => reason.startsWith('waits for approval'))), 60_000);
    expect(workersOf(waiting).filter((worker) => workersOf(before).includes(worker)).length).toBeGreaterThan(0);
    await expect(approve('after-canary', ' ')).rejects.toMatchObject(refusedAs('Invalid', 'needs a reason'));
    expect(await approve('after-canary')).toMatchObject({ result: 'resumed', operationId });
    expect(await approve('after-canary')).toMatchObject({ result: 'unchanged' });
    const after = await untilState(env(), name, isDone(operationId), 90_000);
    expect(workersOf(after).filter((worker) => workersOf(before).includes(worker))).toEqual([]);

    const { undo, revisions } = await readRevisions({ name, owner: pool(name), undo: { current: { revision: after.revision, desired: after.desired } } });
    expect(revisions.map(({ revision }) => revision)).toEqual([1, 2]);
    if (undo === undefined) throw new Error('there should be a revision to go back to');
    expect(undo.revision).toBe(1);
    const wish = { owner: pool(name), target: undo };
    const planned = await plan({ cluster: name, undo: wish });
    expect(planned).toMatchObject({ action: 'change', revision: after.revision });
    const undone = await handle.executeUpdate(undoUpdate, { args: [{ ...wish, actor, reason: 'it was worse', seenRevision: after.revision }] });
    expect(undone).toMatchObject({ result: 'started', revision: 3 });
    // The change back is another change, which asks again.
    await untilState(env(), name, ({ holdUps = [] }) => holdUps.some(({ reasons }) => reasons.some((reason) => reason.startsWith('waits for approval'))), 60_000);
    await approve('after-canary');
    const back = await untilState(env(), name, isDone(undone.operationId), 90_000);
    expect(back.desired).toEqual(before.desired);
    expect(back.machines.filter(({ role }) => role === 'worker').map(({ template }) => template)).toEqual(before.machines.filter(({ role }) => role === 'worker').map(({ template }) => template));
    expect((await handle.executeUpdate(undoUpdate, { args: [{ ...wish, actor }] })).result).toBe('unchanged');
    // What was undone is not brought back unseen.
    await expect(world.apply(changed(first))).rejects.toMatchObject(refusedAs('Conflict', '--force takes it back'));
    expect((await readRevisions({ name })).revisions.at(-1)).toMatchObject({ revision: 3, actor, reason: 'it was worse' });
    expect((await journal(name)).filter(({ action }) => action === 'approve after-canary')).toHaveLength(2);
    expect(z.string().array().parse(operationOf(back).changes)[0]).toBe('back to revision 1');
  });
});
