import { randomUUID } from 'node:crypto';
import { ServiceError } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import type { BackupResult } from '../../../domain/backup/backup-view.ts';
import type { ClusterState } from '../../../domain/cluster-state.ts';
import { draw } from '../../../simulator/rules/random.ts';
import { controlTaskQueue, workflowTypes, type BackupInput, type CheckSourceInput, type RecoverLostResult, type RecoverOntoInput, type SourceAnswer } from '../../../workflows/contracts.ts';
import { note } from '../../e2e/harness/note.ts';
import { until } from '../../e2e/harness/until.ts';
import { operationEnded, operationOf, untilState } from '../cluster-fixture.ts';
import { applyDesired, simulatedDesired } from '../simulated-world.ts';
import { useTemporal } from '../temporal.ts';
import { createMatrixWorld, type MatrixWorld } from './matrix-world.ts';
import { rowOf } from './rows.ts';
import { readHeld, readRecords } from './snapshot.ts';

const isFull = process.env['SLIPWAY_TEST_FULL'] === '1';
const seed = inject('faultMatrixSeed');
const kinds = ['killed before', 'killed during', 'killed after'] as const;
/** As many as there are kinds have every activity killed in each way. */
const lives = Array.from({ length: isFull ? kinds.length : 1 }, (_, life) => life);
/** What making a cluster from a backup runs, and a create does not: that one's own scenarios strike the rest. */
const own = ['isSourceServing', 'seedNewCluster', 'concludeSeed', 'deliverSnapshot', 'runKubeadm restore', 'moveEndpoint', 'deleteLostNodes'];
const lifeTimeoutMs = 20 * 60_000;
const old = 'original';

const { env } = useTemporal();
let world: MatrixWorld;
let source: SourceAnswer;

const run = <Answer>(type: string, input: unknown): Promise<Answer> =>
  env().client.workflow.execute<(given: unknown) => Promise<Answer>>(type, { workflowId: `test/${randomUUID()}`, taskQueue: controlTaskQueue, args: [input] });
const write = (cluster: string, key: string) => world.simulator.call('control/write', { cluster, key, value: key }, { signal: AbortSignal.timeout(5000), answer: z.unknown() });

/** While one worker after the other is killed, a question may find none for too long. */
async function look(cluster: string, done: (state: ClusterState) => boolean): Promise<ClusterState> {
  const answered = async (): Promise<ClusterState> => {
    for (;;) {
      try {
        return await untilState(env(), cluster, done, lifeTimeoutMs);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
      }
    }
  };
  return Promise.race([answered(), world.worker.broken]);
}

beforeAll(async () => {
  world = await createMatrixWorld(env());
  await applyDesired(env(), simulatedDesired(old, 1, 1));
  const { uid } = (await look(old, operationEnded)).identity;
  await write(uid, 'before');
  const { backup } = await run<BackupResult>(workflowTypes.backup, { cluster: old, origin: 'manual', actor: 'tester' } satisfies BackupInput);
  await write(uid, 'after');
  source = await run<SourceAnswer>(workflowTypes.checkSource, { name: 'any', from: old, id: backup.id } satisfies CheckSourceInput);
});
afterAll(async () => world.remove());

async function recoverOnto(name: string): Promise<void> {
  const input: RecoverOntoInput = { name, checked: source.checked, allowClone: true, changes: [], actor: 'tester' };
  const { operationId } = await Promise.race([run<RecoverLostResult>(workflowTypes.recoverOnto, input), world.worker.broken]);
  const state = await look(name, (seen) => operationOf(seen).id === operationId && (operationEnded(seen) || operationOf(seen).phase === 'Blocked'));
  expect(operationOf(state)).toMatchObject({ verb: 'recover', phase: 'Succeeded' });
  const { uid } = state.identity;
  const names = state.machines.map(({ name: machine }) => machine).toSorted();
  const held = await readHeld(world.simulator, uid);
  expect(held.etcd.values).toMatchObject({ before: 'before' });
  expect(held.etcd.values).not.toHaveProperty('after');
  expect(held.etcd.members.map(({ learner }) => learner)).toEqual([false]);
  expect(held.machines.map(({ name: machine }) => machine).toSorted()).toEqual(names);
  expect(held.nodes.map(({ name: machine }) => machine).toSorted()).toEqual(names);
  expect(Object.keys(held.ports).toSorted()).toEqual([...names, 'apiServer'].toSorted());
  await until('the journal to have its end', async () => {
    const { journal } = await readRecords(world, { name, uid });
    return journal.some(({ id }) => id === `${operationId}/ended`) ? true : undefined;
  });
  // There is one cluster of that name, and whoever asks for it is told its UID.
  expect((await world.records.listByName(name)).map((one) => one.uid)).toEqual([uid]);
  expect(await world.records.reserveUid(name)).toBe(uid);
}

test(`a cluster is made from another's backup whichever activity the worker is killed in, seed ${seed}`, { timeout: (lives.length + 1) * lifeTimeoutMs }, async () => {
  await world.worker.forget();
  await recoverOnto('in-peace');
  const runs = new Map(world.worker.ran);
  expect([...runs.keys()]).toEqual(expect.arrayContaining(own));
  expect([...runs.keys()].filter((subject) => rowOf(subject) === undefined)).toEqual([]);
  for (const life of lives) {
    const chosen = isFull ? [...runs.keys()] : own;
    const kills = chosen.map((subject) => {
      const kind = kinds[(Math.floor(draw(seed, subject) * kinds.length) + life) % kinds.length] ?? 'killed before';
      return { subject, kind, afterMs: Math.round(draw(seed, `${subject}/${life}/moment`) * (runs.get(subject)?.[0] ?? 0)), late: false, endless: false };
    });
    note(`a cluster from a backup, life ${life}, seed ${seed} (SLIPWAY_TEST_SEED repeats it): ${kills.length} kills`);
    await world.worker.forget();
    await world.worker.arm(kills);
    await recoverOnto(`life-${life}`);
    expect(world.worker.pending().map(({ subject }) => subject)).toEqual([]);
  }
});
