import { afterEach, beforeEach, expect, test } from 'vitest';
import { sendUpdate } from '../../cli/send-update.ts';
import { openSession, type TemporalSession } from '../../cli/temporal/session.ts';
import type { Owner } from '../../domain/owner.ts';
import { pauseUpdate, restartUpdate, scaleUpdate } from '../../workflows/messages.ts';
import { applyCluster, clusterHandle, desiredCluster, operationEnded, refusedAs, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();
let session: TemporalSession;
beforeEach(async () => {
  session = await openSession({ address: env().address, namespace: 'default', origin: 'environment', connection: { address: env().address } });
});
afterEach(() => session.connection.close());

const pool = (cluster: string): Owner => ({ role: 'worker', name: `${cluster}-md-0` });

/** A cluster whose workflow continues as new after whatever it is told. */
async function restless(name: string): Promise<void> {
  await applyCluster(env(), desiredCluster(name, 1, 1), { continueAsNewEveryPass: true });
  await untilState(env(), name, operationEnded);
}

test('no command is lost in the gap between two runs, and none is carried out twice', { timeout: 120_000 }, async () => {
  await withWorkers(env(), createFakeWorld(), async () => {
    await restless('restless');
    const pauses = Array.from({ length: 16 }, (_, index) => ({ paused: index % 2 === 0, actor: `caller-${index}` }));
    for (const command of pauses) {
      const { result } = await sendUpdate(session, { cluster: 'restless', update: pauseUpdate, command });
      expect(result).toBe(command.paused ? 'started' : 'resumed');
    }
    const scales = Array.from({ length: 12 }, (_, index) => ({ owner: pool('restless'), replicas: (index % 3) + 1, actor: 'tester' }));
    await Promise.all(scales.map((command) => sendUpdate(session, { cluster: 'restless', update: scaleUpdate, command })));
    const { operations } = await untilState(env(), 'restless', operationEnded);
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  });
});

test('a command sent again to a later run is answered as before, and not refused for what it did itself', { timeout: 60_000 }, async () => {
  await withWorkers(env(), createFakeWorld(), async () => {
    await restless('again');
    const before = await untilState(env(), 'again', operationEnded);
    const handle = clusterHandle(env(), 'again');
    const restart = (updateId: string) => handle.executeUpdate(restartUpdate, { args: [{ owner: pool('again'), actor: 'tester', seenRevision: before.revision }], updateId });
    const first = await restart('once');
    const runOf = async () => (await handle.describe()).runId;
    const run = await runOf();
    const after = await untilState(env(), 'again', (state) => operationEnded(state) && state.operationCount > before.operationCount);
    await expect.poll(runOf, { timeout: 20_000 }).not.toBe(run);

    expect(await restart('once')).toEqual(first);
    expect((await untilState(env(), 'again', operationEnded)).operationCount).toBe(after.operationCount);
    await expect(restart('another')).rejects.toMatchObject(refusedAs('Conflict'));
  });
});
