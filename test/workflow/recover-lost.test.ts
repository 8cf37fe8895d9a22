import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createClusterRecords } from '../../activities/store/cluster-records.ts';
import { openFileStore } from '../../activities/store/file-store.ts';
import { createSealingKeyPair, seal, unseal } from '../../api/sealed-box.ts';
import { DEFAULT_BACKUP_SCHEDULE } from '../../api/backup-schedule.ts';
import { sealText } from '../../api/sealed-text.ts';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { BackupResult, BackupScheduleView } from '../../domain/backup/backup-view.ts';
import type { CheckedBackup } from '../../domain/recovery/checked-backup.ts';
import { backupScheduleId, controlTaskQueue, workflowTypes, type BackupInput, type CheckBackupInput, type InstallationDescription, type RecoverLostInput, type RecoverLostResult, type ScheduleInput, type SealedAnswer } from '../../workflows/contracts.ts';
import { backupScheduleUpdate, deleteUpdate, pauseUpdate } from '../../workflows/messages.ts';
import { clusterHandle, operationEnded, operationOf, untilState } from './cluster-fixture.ts';
import { createSimulatedWorld, simulatedDesired, type SimulatedWorld } from './simulated-world.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

const run = <Answer>(type: string, input?: unknown): Promise<Answer> =>
  env().client.workflow.execute<(...args: readonly unknown[]) => Promise<Answer>>(type, { workflowId: `test/${randomUUID()}`, taskQueue: controlTaskQueue, args: input === undefined ? [] : [input] });
const sealingKey = async (): Promise<string> => (await run<InstallationDescription>(workflowTypes.installation)).sealingKey;

const soon = (): AbortSignal => AbortSignal.timeout(5000);
const write = (world: SimulatedWorld, cluster: string, key: string) => world.client.call('control/write', { cluster, key, value: key }, { signal: soon(), answer: z.unknown() });
const switchOff = (world: SimulatedWorld, cluster: string, machine: string) =>
  world.client.call('control/setPower', { cluster, machine, on: false }, { signal: soon(), answer: z.unknown() });

/** A file on its control planes makes a text that the store holds, and templates that depend on its reference. */
async function withFile(desired: DesiredCluster): Promise<DesiredCluster> {
  const content = { sealed: sealText(await sealingKey(), 'kind: EncryptionConfiguration', 'manifest') };
  const file = { path: '/etc/kubernetes/encryption.yaml', owner: 'root:root', permissions: '0600', append: false, content };
  const add = <T extends { readonly bootstrap: DesiredCluster['controlPlane']['bootstrap'] }>(owner: T): T => ({ ...owner, bootstrap: { ...owner.bootstrap, files: [file] } });
  return { ...desired, controlPlane: add(desired.controlPlane), machineDeployments: desired.machineDeployments.map(add) };
}

async function exportKeys(): Promise<string> {
  const { publicKey, privateKey } = createSealingKeyPair();
  const { sealed } = await run<SealedAnswer>(workflowTypes.exportBackupKeys, { recipient: publicKey });
  return Buffer.from(unseal(privateKey, sealed, 'backup-keys')).toString('utf8');
}

const schedule = { ...DEFAULT_BACKUP_SCHEDULE, name: 'command', cron: '0 0 1 1 *' };
const settled: ScheduleInput = { cluster: 'sim-lost', change: { kind: 'show', settled: true }, actor: 'tester' };

/** A backup is of what the store holds by then. */
async function untilRecorded(world: SimulatedWorld, uid: string): Promise<void> {
  const records = createClusterRecords(await openFileStore(join(world.folder, 'store')));
  await expect.poll(async () => (await records.load(uid))?.standing, { timeout: 20_000 }).toMatchObject({ paused: { actor: 'tester' }, backupSchedule: { actor: 'tester' } });
}

test('a cluster comes back where Temporal and the store know nothing of it: the backup and the exported key are enough', async () => {
  const before = await createSimulatedWorld(env(), 50);
  const lost = await before.withWorkers(async () => {
    await before.apply(await withFile(simulatedDesired('sim-lost', 3, 2)));
    const { identity, machines, desired } = await untilState(env(), 'sim-lost', operationEnded);
    await write(before, identity.uid, 'before');
    await clusterHandle(env(), 'sim-lost').executeUpdate(backupScheduleUpdate, { args: [{ change: { kind: 'set', schedule }, actor: 'tester' }] });
    await run<BackupScheduleView>(workflowTypes.backupSchedule, settled);
    await clusterHandle(env(), 'sim-lost').executeUpdate(pauseUpdate, { args: [{ paused: true, actor: 'tester', reason: 'the audit' }] });
    await untilRecorded(before, identity.uid);
    const { backup } = await run<BackupResult>(workflowTypes.backup, { cluster: 'sim-lost', origin: 'manual', actor: 'tester' } satisfies BackupInput);
    await write(before, identity.uid, 'after');
    const keys = await exportKeys();
    await clusterHandle(env(), 'sim-lost').terminate('its database is lost');
    await env().client.schedule.getHandle(backupScheduleId('sim-lost')).delete();
    return { uid: identity.uid, installation: identity.installation, machines, desired, backup, keys };
  });
  const { uid, machines, backup } = lost;
  const controlPlanes = machines.filter(({ role }) => role === 'control-plane').map(({ name }) => name);
  const [worker, goneWorker] = machines.filter(({ role }) => role === 'worker');
  for (const name of controlPlanes.slice(1)) await switchOff(before, uid, name);
  await before.client.call('deleteMachine', { cluster: uid, machine: goneWorker?.name ?? '', uid: goneWorker?.uid ?? '' }, { signal: soon(), answer: z.unknown() });

  const after = await createSimulatedWorld(env(), 50, before);
  await after.withWorkers(async () => {
    const asked: CheckBackupInput = { cluster: 'sim-lost' };
    await expect(run(workflowTypes.checkBackup, asked)).rejects.toMatchObject({ cause: { cause: { type: 'BackupKeyError' } } });
    const checked = await run<CheckedBackup>(workflowTypes.checkBackup, { ...asked, key: seal(await sealingKey(), lost.keys, 'backup-key'), actor: 'tester' });
    expect(checked).toMatchObject({ id: backup.id, cluster: { uid } });
    const { etcdRevision: _revision, bytes: _bytes, ...restorable } = checked;
    const input: RecoverLostInput = { name: 'sim-lost', uid, backup: restorable, changes: [], actor: 'tester' };
    const { operationId } = await run<RecoverLostResult>(workflowTypes.recoverLost, input);
    await expect(run(workflowTypes.recoverLost, input)).rejects.toMatchObject({ cause: { type: 'Conflict' } });

    const state = await untilState(env(), 'sim-lost', (seen) => operationOf(seen).id === operationId && operationEnded(seen));
    expect(operationOf(state)).toMatchObject({ phase: 'Succeeded', verb: 'recover' });
    // It went through, and holds what comes after.
    expect(state.paused).toMatchObject({ actor: 'tester', reason: 'the audit' });
    expect(await run<BackupScheduleView>(workflowTypes.backupSchedule, settled)).toMatchObject({ ...schedule, source: 'command', note: expect.stringContaining('set by tester') });
    expect(state.identity).toEqual({ installation: lost.installation, name: 'sim-lost', uid });
    const [held, names] = [await after.read(uid), state.machines.map(({ name }) => name)];
    expect(held.etcd.values).toMatchObject({ before: 'before' });
    expect(held.etcd.values).not.toHaveProperty('after');
    expect(held.etcd.members.map(({ learner }) => learner)).toEqual([false, false, false]);
    expect(held.machines.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    expect(held.nodes.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    expect(names).toContain(worker?.name);
    for (const gone of [...controlPlanes, goneWorker?.name]) expect(names).not.toContain(gone);

    // Its texts have other references in the new store, and its Machines are right all the same.
    expect(state.desired.controlPlane.bootstrap.files).not.toEqual(lost.desired.controlPlane.bootstrap.files);
    const records = createClusterRecords(await openFileStore(join(after.folder, 'store')));
    expect(await records.findByName('sim-lost')).toMatchObject({ identity: { uid }, desired: state.desired });
    expect((await records.listRevisions(uid)).map(({ revision }) => revision)).toEqual([1, 2]);
    await run<BackupResult>(workflowTypes.backup, { cluster: 'sim-lost', origin: 'manual', actor: 'tester' } satisfies BackupInput);
    await clusterHandle(env(), 'sim-lost').executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] });
    await clusterHandle(env(), 'sim-lost').result();
    await expect(run(workflowTypes.recoverLost, input)).rejects.toMatchObject({ cause: { cause: { type: 'ClusterDeletedError' } } });
  });
});
