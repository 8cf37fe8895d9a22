import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createSealingKeyPair, seal, unseal } from '../../api/sealed-box.ts';
import { DEFAULT_BACKUP_SCHEDULE } from '../../api/backup-schedule.ts';
import { backupCondition, type BackupFacts } from '../../domain/backup/backup-health.ts';
import type { BackupList, BackupResult, BackupScheduleView, ScheduleQuestion, ScheduleWish, VerifiedBackup } from '../../domain/backup/backup-view.ts';
import { backupScheduleId, controlTaskQueue, workflowTypes, type AdoptInput, type AdoptResult, type BackupInput, type InstallationDescription } from '../../workflows/contracts.ts';
import { backupScheduleUpdate, deleteUpdate, pauseUpdate } from '../../workflows/messages.ts';
import { clusterNameKey } from '../../workflows/search-attributes.ts';
import { clusterHandle, operationEnded, operationOf, untilState } from './cluster-fixture.ts';
import { applyDesired, createSimulatedWorld, simulatedDesired, type SimulatedWorld } from './simulated-world.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

type RequestType = (typeof workflowTypes)[keyof typeof workflowTypes];

const ask = <Answer>(type: RequestType, input: unknown): Promise<Answer> =>
  env().client.workflow.execute<(input: unknown) => Promise<Answer>>(type, { workflowId: `test/${randomUUID()}`, taskQueue: controlTaskQueue, args: [input] });

const back = (cluster: string, more: Partial<BackupInput> = {}): Promise<BackupResult> => {
  const input: BackupInput = { cluster, origin: 'manual', actor: 'tester', ...more };
  return env().client.workflow.execute<(input: BackupInput) => Promise<BackupResult>>(workflowTypes.backup, {
    workflowId: `cluster/${cluster}/backup/${randomUUID()}`,
    taskQueue: controlTaskQueue,
    args: [input],
    typedSearchAttributes: [{ key: clusterNameKey, value: cluster }],
  });
};

const list = (cluster: string): Promise<BackupList> => ask(workflowTypes.listBackups, { cluster });
const health = async (cluster: string, uid: string) => {
  const { status, reason } = backupCondition(await ask<BackupFacts>(workflowTypes.observeBackups, { cluster, uid }), Date.now());
  return `${status}/${reason}`;
};
const partition = (world: SimulatedWorld, cluster: string, machine: string, partitioned: boolean) =>
  world.client.call('control/setPartitioned', { cluster, machine, partitioned }, { signal: AbortSignal.timeout(5000), answer: z.unknown() });
const scheduled = async (cluster: string) => (await list(cluster)).backups.filter(({ origin }) => origin === 'scheduled');
const change = (cluster: string, wanted: ScheduleQuestion) => ask<BackupScheduleView>(workflowTypes.backupSchedule, { cluster, change: wanted, actor: 'tester' });

/** As the CLI does it. */
const keep = async (cluster: string, wish: ScheduleWish): Promise<BackupScheduleView> => {
  await clusterHandle(env(), cluster).executeUpdate(backupScheduleUpdate, { args: [{ change: wish, actor: 'tester' }] });
  return change(cluster, { kind: 'show', settled: true });
};

/** Why a workflow failed, from the activity that knows. */
async function causeOf(failing: Promise<unknown>): Promise<string> {
  const error: unknown = await failing.then(() => undefined, (reason: unknown) => reason);
  let cause = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  return cause instanceof Error ? `${'type' in cause ? String(cause.type) : cause.name}: ${cause.message}` : 'it did not fail';
}

test('a backup is taken, listed, verified and told of; its key opens it, and another does not', async () => {
  const world = await createSimulatedWorld(env());
  await world.withWorkers(async () => {
    await world.apply(simulatedDesired('kept', 3, 0));
    const { identity, machines } = await untilState(env(), 'kept', operationEnded);
    expect(await health('kept', identity.uid)).toBe('False/NoBackup');
    const { backup } = await back('kept');
    expect(backup).toMatchObject({ origin: 'manual', cluster: identity, kubernetesVersion: machines[0]?.version });
    expect(machines.map(({ name }) => name)).toContain(backup.etcd.machine);
    expect(await list('kept')).toMatchObject({ backups: [{ id: backup.id, bytes: backup.bytes }], unreadable: [] });
    expect(await list('other')).toMatchObject({ backups: [], unreadable: [] });

    const verified = await ask<VerifiedBackup>(workflowTypes.verifyBackup, { cluster: 'kept', id: backup.id, restore: false });
    expect(verified).toMatchObject({ id: backup.id, bytes: backup.bytes, etcd: backup.etcd });
    expect(verified.parts.map(({ path }) => path)).toEqual(['revisions.json', 'secrets.json', 'control-plane-files.tar', 'etcd-snapshot.db']);
    expect(await causeOf(ask(workflowTypes.verifyBackup, { cluster: 'kept', id: backup.id, restore: true }))).toContain('NotSimulatedError');

    expect(await health('kept', identity.uid)).toBe('False/KeyNotExported');
    const { publicKey, privateKey } = createSealingKeyPair();
    const { sealed } = await ask<{ sealed: string }>(workflowTypes.exportBackupKeys, { recipient: publicKey });
    const file = Buffer.from(unseal(privateKey, sealed, 'backup-keys')).toString('utf8');
    await ask(workflowTypes.confirmBackupKeyExport, { keyIds: [backup.keyId], actor: 'tester' });
    expect(await health('kept', identity.uid)).toBe('True/Fresh');

    await ask(workflowTypes.rotateBackupKey, {});
    expect(await health('kept', identity.uid)).toBe('False/KeyNotExported');
    const second = await back('kept');
    expect(second.backup.keyId).not.toBe(backup.keyId);
    const { sealingKey } = await ask<InstallationDescription>(workflowTypes.installation, {});
    const key = seal(sealingKey, file, 'backup-key');
    const verify = (id: string) => ask<VerifiedBackup>(workflowTypes.verifyBackup, { cluster: 'kept', id, restore: false, key });
    expect((await verify(backup.id)).id).toBe(backup.id);
    expect(await causeOf(verify(second.backup.id))).toMatch(/^BackupKeyError: .*was sealed to backup key/);

    expect(await causeOf(ask(workflowTypes.verifyBackup, { cluster: 'kept', id: '../kept', restore: false }))).toContain('BackupNotFoundError');
    expect(await causeOf(ask(workflowTypes.deleteBackup, { cluster: 'other', id: backup.id }))).toContain('BackupNotFoundError');
    await ask(workflowTypes.deleteBackup, { cluster: 'kept', id: backup.id });
    expect((await list('kept')).backups.map(({ id }) => id)).toEqual([second.backup.id]);
  });
});

test('neither the leader nor a Machine that nobody reaches is asked; nothing is left on a Machine', async () => {
  const world = await createSimulatedWorld(env());
  await world.withWorkers(async () => {
    await world.apply(simulatedDesired('members', 3, 0));
    const { identity, machines } = await untilState(env(), 'members', operationEnded);
    const [first] = machines.map(({ name }) => name).toSorted();
    await partition(world, identity.uid, first ?? '', true);
    const held = z.object({ etcd: z.object({ leader: z.string().optional(), members: z.array(z.object({ id: z.string(), name: z.string() })) }), machines: z.array(z.object({ snapshots: z.record(z.string(), z.unknown()).optional() })) });
    await expect.poll(async () => held.parse(await world.read(identity.uid)).etcd.leader, { timeout: 90_000 }).toBeDefined();
    const { backup } = await back('members');
    const { etcd, machines: after } = held.parse(await world.read(identity.uid));
    expect([first, etcd.members.find(({ id }) => id === etcd.leader)?.name]).not.toContain(backup.etcd.machine);
    expect(after.flatMap(({ snapshots = {} }) => Object.keys(snapshots))).toEqual([]);
  });
});

test('without a member that answers the backup fails and says so; nothing of it is listed, and a later one succeeds', async () => {
  const world = await createSimulatedWorld(env());
  await world.withWorkers(async () => {
    await world.apply(simulatedDesired('vanish', 1, 0));
    const { identity } = await untilState(env(), 'vanish', operationEnded);
    const { backup } = await back('vanish');
    await partition(world, identity.uid, backup.etcd.machine, true);
    expect(await causeOf(back('vanish'))).toMatch(/vanish/);
    await partition(world, identity.uid, backup.etcd.machine, false);
    const facts = await ask<BackupFacts>(workflowTypes.observeBackups, { cluster: 'vanish', uid: identity.uid });
    expect(facts).toMatchObject({ count: 1, newest: { id: backup.id }, failure: { message: expect.stringContaining('vanish') } });
    expect(await causeOf(back('nobody'))).toContain('ClusterNotFoundError');
    expect((await list('vanish')).backups).toHaveLength(1);
    await rm(join(world.folder, 'backups', 'vanish'), { recursive: true });
    await back('vanish');
    expect((await list('vanish')).backups).toHaveLength(1);
  });
});

test("the manifest's schedule is Temporal's: it comes, changes, takes turns, prunes what is old, and goes", async () => {
  const world = await createSimulatedWorld(env());
  const handle = () => env().client.schedule.getHandle(backupScheduleId('timed'));
  await world.withWorkers(async () => {
    const desired = simulatedDesired('timed', 1, 0);
    const backupSchedule = { ...DEFAULT_BACKUP_SCHEDULE, name: 'often', cron: '0 0 1 1 *', keep: { last: 2, hourly: 0, daily: 0 } };
    await world.apply({ ...desired, backupSchedule });
    await untilState(env(), 'timed', operationEnded);
    const found = await handle().describe();
    expect(found.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 600_000, pauseOnFailure: false });
    expect(found.state.note).toContain('keeps the newest 2');

    const manual = await back('timed');
    for (let time = 1; time <= 4; time += 1) {
      const before = new Set((await scheduled('timed')).map(({ id }) => id));
      await change('timed', { kind: 'trigger' });
      await expect.poll(async () => (await scheduled('timed')).some(({ id }) => !before.has(id)), { timeout: 90_000 }).toBe(true);
      await expect.poll(async () => (await handle().describe()).info.runningActions.length, { timeout: 90_000 }).toBe(0);
    }
    expect(await scheduled('timed')).toHaveLength(2);
    expect((await list('timed')).backups.map(({ id }) => id)).toContain(manual.backup.id);

    expect(await causeOf(keep('timed', { kind: 'remove' }))).toMatch(/Conflict: .*from its manifest \(BackupSchedule often\)/);
    expect(await causeOf(change('timed', { kind: 'remove' }))).toContain('AdmissionRefusedError');
    expect(await change('timed', { kind: 'pause', paused: true })).toMatchObject({ pausedNow: true, source: 'manifest', note: 'paused by tester' });

    const { operationId } = await world.apply({ ...desired, backupSchedule: { ...backupSchedule, cron: '5 * * * *' } });
    await untilState(env(), 'timed', (state) => operationOf(state).id === operationId && operationEnded(state));
    await expect.poll(() => change('timed', { kind: 'show' }), { timeout: 10_000 }).toMatchObject({ cron: '5 * * * *', pausedNow: false });

    await world.apply(desired);
    await expect.poll(() => change('timed', { kind: 'show' }), { timeout: 10_000 }).toBeFalsy();
    expect(await keep('timed', { kind: 'set', schedule: { ...backupSchedule, name: 'command' } })).toMatchObject({ source: 'command', name: 'command', note: expect.stringContaining('set by tester') });
    await clusterHandle(env(), 'timed').executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] });
    await clusterHandle(env(), 'timed').result();
    await expect(handle().describe()).rejects.toMatchObject({ name: 'ScheduleNotFoundError' });
    expect((await list('timed')).backups).toHaveLength(3);
  });
});

test('a schedule that is set by a command is kept with the cluster: it comes back with it, and a manifest does not drive it out unseen', async () => {
  const world = await createSimulatedWorld(env());
  const handle = () => env().client.schedule.getHandle(backupScheduleId('said'));
  const schedule = { ...DEFAULT_BACKUP_SCHEDULE, name: 'command', cron: '0 0 1 1 *' };
  await world.withWorkers(async () => {
    const desired = simulatedDesired('said', 1, 0);
    await world.apply(desired);
    await untilState(env(), 'said', operationEnded);
    expect(await causeOf(change('said', { kind: 'remove' }))).toContain('AdmissionRefusedError');
    expect(await keep('said', { kind: 'set', schedule })).toMatchObject({ source: 'command', cron: '0 0 1 1 *', pausedNow: false });
    expect(await keep('said', { kind: 'pause', paused: true })).toMatchObject({ pausedNow: true });

    await clusterHandle(env(), 'said').terminate('its database is lost');
    await handle().delete();
    await ask<AdoptResult>(workflowTypes.adopt, { name: 'said', actor: 'tester' } satisfies AdoptInput);
    await untilState(env(), 'said', operationEnded);
    expect(await change('said', { kind: 'show', settled: true })).toMatchObject({ source: 'command', cron: '0 0 1 1 *', pausedNow: true });
    expect(await keep('said', { kind: 'pause', paused: false })).toMatchObject({ pausedNow: false });

    const backupSchedule = { ...schedule, name: 'often', cron: '5 * * * *' };
    expect(await causeOf(world.apply({ ...desired, backupSchedule }))).toMatch(/Conflict: .*tester set another schedule of backups since the last apply/);
    await world.apply({ ...desired, backupSchedule: { ...schedule, name: 'often' } });
    expect(await change('said', { kind: 'show', settled: true })).toMatchObject({ source: 'manifest', name: 'often' });
    await untilState(env(), 'said', operationEnded);
    await world.apply(desired);
    await untilState(env(), 'said', operationEnded);
    expect(await change('said', { kind: 'show', settled: true })).toBeFalsy();
    expect(await keep('said', { kind: 'set', schedule })).toMatchObject({ source: 'command' });
    expect(await keep('said', { kind: 'remove' })).toBeFalsy();
  });
});

test("what a person does to Temporal's own schedule stays when the cluster's workflow begins a run anew", async () => {
  const world = await createSimulatedWorld(env());
  await world.withWorkers(async () => {
    const desired = { ...simulatedDesired('anew', 1, 0), backupSchedule: { ...DEFAULT_BACKUP_SCHEDULE, name: 'often', cron: '0 0 1 1 *' } };
    await applyDesired(env(), desired, { continueAsNewEveryPass: true });
    await untilState(env(), 'anew', operationEnded);
    expect(await change('anew', { kind: 'pause', paused: true })).toMatchObject({ pausedNow: true });
    // A run that ends has been through all that it does at its beginning.
    const runs = new Set<string>();
    let paused = false;
    await expect.poll(async () => {
      const handle = clusterHandle(env(), 'anew');
      paused = !paused;
      await handle.executeUpdate(pauseUpdate, { args: [{ paused, actor: 'tester' }] });
      return runs.add((await handle.describe()).runId).size;
    }, { timeout: 60_000 }).toBeGreaterThan(3);
    expect(await change('anew', { kind: 'show' })).toMatchObject({ pausedNow: true, note: 'paused by tester' });
  });
});
