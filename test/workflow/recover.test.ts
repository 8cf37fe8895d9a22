import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { BackupResult } from '../../domain/backup/backup-view.ts';
import type { CheckedBackup } from '../../domain/recovery/checked-backup.ts';
import { controlTaskQueue, workflowTypes, type BackupInput, type CheckBackupInput } from '../../workflows/contracts.ts';
import { cancelUpdate, recoverUpdate } from '../../workflows/messages.ts';
import { clusterHandle, operationEnded, operationOf, untilState } from './cluster-fixture.ts';
import { createSimulatedWorld, simulatedDesired, type SimulatedWorld } from './simulated-world.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

const run = <Answer>(type: string, input: unknown): Promise<Answer> =>
  env().client.workflow.execute<(input: unknown) => Promise<Answer>>(type, { workflowId: `test/${randomUUID()}`, taskQueue: controlTaskQueue, args: [input] });

const back = (cluster: string): Promise<BackupResult> => run(workflowTypes.backup, { cluster, origin: 'manual', actor: 'tester' } satisfies BackupInput);
const check = (input: CheckBackupInput): Promise<CheckedBackup> => run(workflowTypes.checkBackup, input);

const soon = (): AbortSignal => AbortSignal.timeout(5000);
const write = (world: SimulatedWorld, cluster: string, key: string) => world.client.call('control/write', { cluster, key, value: key }, { signal: soon(), answer: z.unknown() });
const switchOff = (world: SimulatedWorld, cluster: string, machine: string) =>
  world.client.call('control/setPower', { cluster, machine, on: false }, { signal: soon(), answer: z.unknown() });

test('a quorum that is lost comes back from the backup: what was in it is there, what came later is gone, and three members vote', async () => {
  const world = await createSimulatedWorld(env(), 50);
  await world.withWorkers(async () => {
    await world.apply(simulatedDesired('sim-back', 3, 2));
    const { identity, machines } = await untilState(env(), 'sim-back', operationEnded);
    const { uid } = identity;
    await write(world, uid, 'before');
    const { backup } = await back('sim-back');
    await write(world, uid, 'after');
    const controlPlanes = machines.filter(({ role }) => role === 'control-plane');
    for (const { name } of controlPlanes.slice(1)) await switchOff(world, uid, name);

    const checked = await check({ cluster: 'sim-back', uid });
    expect(checked).toMatchObject({ id: backup.id, cluster: { uid } });
    const { etcdRevision: _revision, bytes: _bytes, ...restorable } = checked;
    const recover = () => clusterHandle(env(), 'sim-back').executeUpdate(recoverUpdate, { args: [{ actor: 'tester', backup: restorable }] });
    const { operationId: given } = await recover();
    await expect(recover()).rejects.toThrow('Update failed');

    // One that is cancelled is no dead end.
    await clusterHandle(env(), 'sim-back').executeUpdate(cancelUpdate, { args: [{ actor: 'tester', operationId: given }] });
    await untilState(env(), 'sim-back', (seen) => operationOf(seen).id === given && operationOf(seen).phase === 'Cancelled');
    const { operationId } = await recover();

    const state = await untilState(env(), 'sim-back', (seen) => operationOf(seen).id === operationId && operationEnded(seen));
    expect(operationOf(state)).toMatchObject({ phase: 'Succeeded' });
    expect(state.recovery).toBeUndefined();
    const held = await world.read(uid);
    expect(held.etcd.values).toMatchObject({ before: 'before' });
    expect(held.etcd.values).not.toHaveProperty('after');
    const old = controlPlanes.map(({ name }) => name);
    expect(held.machines.filter(({ name }) => old.includes(name))).toEqual([]);
    expect(held.etcd.members.map(({ learner }) => learner)).toEqual([false, false, false]);
    expect(held.nodes.map(({ name }) => name).toSorted()).toEqual(state.machines.map(({ name }) => name).toSorted());
    const workers = machines.filter(({ role }) => role === 'worker').map(({ name }) => name);
    expect(state.machines.map(({ name }) => name)).toEqual(expect.arrayContaining(workers));
    await write(world, uid, 'afterwards');
  });
});
