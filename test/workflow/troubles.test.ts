import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { DEFAULT_BACKUP_SCHEDULE } from '../../api/backup-schedule.ts';
import { clusterConditions } from '../../domain/cluster-conditions.ts';
import type { ClusterState } from '../../domain/cluster-state.ts';
import type { Owner } from '../../domain/owner.ts';
import { clusterBlockedKey, clusterHealthyKey } from '../../workflows/search-attributes.ts';
import { pauseUpdate, scaleUpdate } from '../../workflows/messages.ts';
import { applyCluster, clusterHandle, countCalls, desiredCluster, operationEnded, operationOf, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();
const pool = (cluster: string): Owner => ({ role: 'worker', name: `${cluster}-md-0` });
const scale = (name: string, replicas: number) => clusterHandle(env(), name).executeUpdate(scaleUpdate, { args: [{ owner: pool(name), replicas, actor: 'tester' }] });
const pause = (name: string, paused: boolean) => clusterHandle(env(), name).executeUpdate(pauseUpdate, { args: [{ paused, actor: 'tester' }] });
const isTroubled = ({ troubles }: ClusterState): boolean => troubles !== undefined;
/** Of a kind that no attempt helps against. */
const final = () => ApplicationFailure.nonRetryable('that can never be', 'RecordConflictError');
const managed = (state: ClusterState) => clusterConditions(state).conditions.find(({ type }) => type === 'Managed');

test('a cluster that cannot be looked at says so, takes commands, and goes on by itself when it can', { timeout: 90_000 }, async () => {
  const world = createFakeWorld();
  await withWorkers(env(), world, async () => {
    await applyCluster(env(), desiredCluster('blind', 1, 2));
    await untilState(env(), 'blind', operationEnded);
    world.failing.set('observePlanFacts', final);
    await scale('blind', 1);

    const troubled = await untilState(env(), 'blind', isTroubled);
    expect(troubled.troubles).toMatchObject([{ chore: 'plan', evidence: { error: 'RecordConflictError', message: 'that can never be' } }]);
    expect(managed(troubled)).toMatchObject({ status: 'False', reason: 'RecordConflictError' });
    expect(operationOf(troubled).phase).toBe('Running');
    const described = await clusterHandle(env(), 'blind').describe();
    expect(described.status.name).toBe('RUNNING');
    await expect.poll(async () => (await clusterHandle(env(), 'blind').describe()).typedSearchAttributes.get(clusterHealthyKey), { timeout: 20_000 }).toBe(false);
    expect(described.typedSearchAttributes.get(clusterBlockedKey)).toBe(false);

    const looked = countCalls(world, 'observePlanFacts');
    await expect.poll(() => countCalls(world, 'observePlanFacts'), { timeout: 30_000 }).toBeGreaterThan(looked);
    const since = troubled.troubles?.[0]?.since;
    expect((await untilState(env(), 'blind', isTroubled)).troubles?.[0]?.since).toBe(since);

    expect((await pause('blind', true)).result).toBe('started');
    // A paused cluster looks at nothing, and is in no trouble.
    await untilState(env(), 'blind', (state) => !isTroubled(state));
    world.failing.clear();
    await pause('blind', false);
    const state = await untilState(env(), 'blind', operationEnded);
    expect(operationOf(state).phase).toBe('Succeeded');
    expect(state.machines).toHaveLength(2);
    expect(managed(state)).toBeUndefined();
  });
});

test('a run that cannot find out how steps ended tries again until it can', { timeout: 90_000 }, async () => {
  const world = createFakeWorld();
  await withWorkers(env(), world, async () => {
    world.failing.set('lookUpSteps', final);
    world.hanging.add('ensureNetwork');
    await applyCluster(env(), desiredCluster('forgetful', 1, 1), { continueAsNewEveryPass: true });
    await untilState(env(), 'forgetful', ({ steps }) => steps.some(({ state }) => state === 'Running'));
    // A command ends the run; the next one finds a step that it has not started.
    await pause('forgetful', true);
    const troubled = await untilState(env(), 'forgetful', isTroubled);
    expect(troubled.troubles).toMatchObject([{ chore: 'find steps' }]);
    expect((await clusterHandle(env(), 'forgetful').describe()).status.name).toBe('RUNNING');
    await pause('forgetful', false);
    world.failing.clear();
    world.hanging.clear();
    const state = await untilState(env(), 'forgetful', (seen) => operationEnded(seen) && !isTroubled(seen), 60_000);
    expect(operationOf(state).phase).toBe('Succeeded');
  });
});

test('a backup schedule that cannot be kept holds nothing else up', { timeout: 90_000 }, async () => {
  const world = createFakeWorld();
  let problem: Error | undefined = final();
  Object.assign(world.control, {
    syncBackupSchedule: async () => {
      if (problem !== undefined) throw problem;
    },
  });
  await withWorkers(env(), world, async () => {
    await applyCluster(env(), { ...desiredCluster('unkept', 1, 1), backupSchedule: { ...DEFAULT_BACKUP_SCHEDULE, name: 'often' } });
    const state = await untilState(env(), 'unkept', (seen) => operationEnded(seen) && isTroubled(seen));
    expect(operationOf(state).phase).toBe('Succeeded');
    expect(state.troubles).toMatchObject([{ chore: 'keep the backup schedule' }]);
    problem = undefined;
    await untilState(env(), 'unkept', (seen) => !isTroubled(seen), 70_000);
  });
});
