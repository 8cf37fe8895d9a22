import { randomUUID } from 'node:crypto';
import { ServiceError } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import type { BackupResult } from '../../../domain/backup/backup-view.ts';
import type { ClusterState } from '../../../domain/cluster-state.ts';
import type { CheckedBackup } from '../../../domain/recovery/checked-backup.ts';
import { draw } from '../../../simulator/rules/random.ts';
import { controlTaskQueue, workflowTypes, type BackupInput, type CheckBackupInput, type RecoverLostInput, type RecoverLostResult } from '../../../workflows/contracts.ts';
import { recoverUpdate } from '../../../workflows/messages.ts';
import { note } from '../../e2e/harness/note.ts';
import { until } from '../../e2e/harness/until.ts';
import { clusterHandle, operationEnded, operationOf, untilState } from '../cluster-fixture.ts';
import { applyDesired, simulatedDesired } from '../simulated-world.ts';
import { useTemporal } from '../temporal.ts';
import type { Fault } from './faults.ts';
import { createMatrixWorld, type MatrixWorld } from './matrix-world.ts';
import { rowOf } from './rows.ts';
import { readHeld, readRecords } from './snapshot.ts';

const isFull = process.env['SLIPWAY_TEST_FULL'] === '1';
const seed = inject('faultMatrixSeed');
const kinds = ['killed before', 'killed during', 'killed after'] as const;
/** As many as there are kinds have every activity killed in each way. */
const lives = Array.from({ length: isFull ? kinds.length : 1 }, (_, life) => life);
/** What only a recovery runs, or needs in another way; the rest is struck by the other scenarios, and here in full. */
const own = ['stopControlPlane', 'setBackends', 'deliverSnapshot', 'runKubeadm restore', 'waitForApiServer', 'deleteLostNodes'];
const lifeTimeoutMs = 20 * 60_000;
const cluster = 'recovered';

const { env } = useTemporal();
let world: MatrixWorld;
let uid = '';
let backup: CheckedBackup;

const run = <Answer>(type: string, input: unknown): Promise<Answer> =>
  env().client.workflow.execute<(given: unknown) => Promise<Answer>>(type, { workflowId: `test/${randomUUID()}`, taskQueue: controlTaskQueue, args: [input] });
const write = (key: string) => world.simulator.call('control/write', { cluster: uid, key, value: key }, { signal: AbortSignal.timeout(5000), answer: z.unknown() });
const look = (done: (state: ClusterState) => boolean) => Promise.race([untilAnswered(done), world.worker.broken]);

/** While one worker after the other is killed, a question may find none for too long. */
async function untilAnswered(done: (state: ClusterState) => boolean): Promise<ClusterState> {
  for (;;) {
    try {
      return await untilState(env(), cluster, done, lifeTimeoutMs);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
  }
}

beforeAll(async () => {
  world = await createMatrixWorld(env());
});
afterAll(async () => world.remove());

async function createCluster(): Promise<void> {
  await applyDesired(env(), simulatedDesired(cluster, 3, 1));
  uid = (await look(operationEnded)).identity.uid;
  await write('before');
  const taken = await run<BackupResult>(workflowTypes.backup, { cluster, origin: 'manual', actor: 'tester' } satisfies BackupInput);
  backup = await run<CheckedBackup>(workflowTypes.checkBackup, { cluster, uid, id: taken.backup.id } satisfies CheckBackupInput);
}


/** Writes something that the backup does not have, and switches two of three members off for good. */
async function loseQuorum(): Promise<readonly string[]> {
  await write('after');
  const { machines } = await look(operationEnded);
  const old = machines.filter(({ role }) => role === 'control-plane').map(({ name }) => name);
  for (const machine of old.slice(1)) await world.simulator.call('control/setPower', { cluster: uid, machine, on: false }, { signal: AbortSignal.timeout(5000), answer: z.unknown() });
  return old;
}

const restorable = () => {
  const { etcdRevision: _revision, bytes: _bytes, ...rest } = backup;
  return rest;
};

async function recoverInPlace(): Promise<string> {
  return (await clusterHandle(env(), cluster).executeUpdate(recoverUpdate, { args: [{ actor: 'tester', backup: restorable() }] })).operationId;
}

/** The store forgets it, as a new one would know nothing: all but the key that the backup was sealed to. */
async function recoverLost(): Promise<string> {
  await clusterHandle(env(), cluster).terminate('its database is lost');
  for (const prefix of [`clusters/${uid}/`, `names/${cluster}/`]) for (const key of await world.store.list(prefix)) await world.store.delete(key);
  const input: RecoverLostInput = { name: cluster, uid, backup: restorable(), changes: [], actor: 'tester' };
  return (await run<RecoverLostResult>(workflowTypes.recoverLost, input)).operationId;
}

/** What must be true when a recovery has ended, whoever was killed meanwhile. */
async function expectRecovered(operationId: string, old: readonly string[]): Promise<void> {
  const state = await look((seen) => operationOf(seen).id === operationId && (operationEnded(seen) || operationOf(seen).phase === 'Blocked'));
  expect(operationOf(state)).toMatchObject({ phase: 'Succeeded' });
  expect(state.recovery).toBeUndefined();
  const names = state.machines.map(({ name }) => name).toSorted();
  for (const name of old) expect(names).not.toContain(name);
  const held = await readHeld(world.simulator, uid);
  expect(held.etcd.values).toMatchObject({ before: 'before' });
  expect(held.etcd.values).not.toHaveProperty('after');
  expect(held.etcd.members.map(({ learner }) => learner)).toEqual([false, false, false]);
  expect(held.machines.map(({ name }) => name).toSorted()).toEqual(names);
  expect(held.nodes.map(({ name }) => name).toSorted()).toEqual(names);
  expect(Object.keys(held.ports).toSorted()).toEqual([...names, 'apiServer'].toSorted());
  await until('the journal to have its end', async () => {
    const { journal } = await readRecords(world, { name: cluster, uid });
    return journal.some(({ id }) => id === `${operationId}/ended`) ? true : undefined;
  });
}

/** Each activity of those is struck once, in the next life in the next way. @param runs milliseconds of each run, by activity */
function chooseKills(runs: ReadonlyMap<string, readonly number[]>, life: number): readonly Fault[] {
  const chosen = [...runs].filter(([subject]) => isFull || own.includes(subject));
  return chosen.map(([subject, durations]) => {
    const typical = durations.toSorted((a, b) => a - b)[Math.floor(durations.length / 2)] ?? 0;
    const kind = kinds[(Math.floor(draw(seed, subject) * kinds.length) + life) % kinds.length] ?? 'killed before';
    return { subject, kind, afterMs: Math.round(draw(seed, `${subject}/${life}/moment`) * typical), late: false, endless: false };
  });
}

async function strike(faults: readonly Fault[]): Promise<void> {
  await world.worker.forget();
  await world.worker.arm(faults);
}

/** One test: each of these recoveries is of the cluster that the one before has left. */
test(`a recovery goes on whichever activity the worker is killed in, seed ${seed}`, { timeout: (lives.length + 1) * lifeTimeoutMs }, async () => {
  await createCluster();
  let old = await loseQuorum();
  await strike([]);
  await expectRecovered(await recoverInPlace(), old);
  const runs = new Map(world.worker.ran);
  expect([...runs.keys()]).toEqual(expect.arrayContaining(own));
  expect([...runs.keys()].filter((subject) => rowOf(subject) === undefined)).toEqual([]);

  for (const life of lives) {
    old = await loseQuorum();
    const kills = chooseKills(runs, life);
    note(`recovery, life ${life}, seed ${seed} (SLIPWAY_TEST_SEED repeats it): ${kills.length} kills`);
    await strike(kills);
    await expectRecovered(await recoverInPlace(), old);
    expect(world.worker.pending().map(({ subject }) => subject)).toEqual([]);
  }
  for (const kind of kinds.slice(0, isFull ? kinds.length : 1)) {
    old = await loseQuorum();
    note(`recovery of a cluster that nobody knows any more: ${kind}`);
    await strike(['seedCluster', 'ensureLoadBalancer', 'runKubeadm restore'].map((subject) => ({ subject, kind, afterMs: 20, late: false, endless: false })));
    await expectRecovered(await recoverLost(), old);
    expect(world.worker.pending().map(({ subject }) => subject)).toEqual([]);
  }
});
