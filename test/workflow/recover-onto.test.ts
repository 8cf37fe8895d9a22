import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createClusterRecords } from '../../activities/store/cluster-records.ts';
import { createClusterSecrets } from '../../activities/store/cluster-secrets.ts';
import { createClusterSeeds } from '../../activities/store/cluster-seeds.ts';
import { openFileStore } from '../../activities/store/file-store.ts';
import { createSecretBox } from '../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../activities/store/store-key.ts';
import { createSealingKeyPair, seal, unseal } from '../../api/sealed-box.ts';
import { DEFAULT_BACKUP_SCHEDULE } from '../../api/backup-schedule.ts';
import { sealText } from '../../api/sealed-text.ts';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { BackupResult, BackupScheduleView } from '../../domain/backup/backup-view.ts';
import type { ClusterState } from '../../domain/cluster-state.ts';
import { controlTaskQueue, workflowTypes, type BackupInput, type CheckSourceInput, type InstallationDescription, type RecoverLostResult, type RecoverOntoInput, type ScheduleInput, type SealedAnswer, type SourceAnswer } from '../../workflows/contracts.ts';
import { backupScheduleUpdate, deleteUpdate } from '../../workflows/messages.ts';
import { clusterHandle, operationEnded, operationOf, untilState } from './cluster-fixture.ts';
import { createSimulatedWorld, simulatedDesired, type SimulatedWorld } from './simulated-world.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

const run = <Answer>(type: string, input?: unknown): Promise<Answer> =>
  env().client.workflow.execute<(...args: readonly unknown[]) => Promise<Answer>>(type, { workflowId: `test/${randomUUID()}`, taskQueue: controlTaskQueue, args: input === undefined ? [] : [input] });
const back = async (cluster: string): Promise<string> => (await run<BackupResult>(workflowTypes.backup, { cluster, origin: 'manual', actor: 'tester' } satisfies BackupInput)).backup.id;
const check = (input: CheckSourceInput): Promise<SourceAnswer> => run(workflowTypes.checkSource, input);
const recover = async (name: string, { checked }: SourceAnswer, allowClone = false): Promise<ClusterState> => {
  const input: RecoverOntoInput = { name, checked, allowClone, changes: ['told'], actor: 'tester' };
  const { operationId } = await run<RecoverLostResult>(workflowTypes.recoverOnto, input);
  return untilState(env(), name, (seen) => operationOf(seen).id === operationId && operationEnded(seen));
};
const sealingKey = async (): Promise<string> => (await run<InstallationDescription>(workflowTypes.installation)).sealingKey;

const soon = (): AbortSignal => AbortSignal.timeout(5000);
const write = (world: SimulatedWorld, cluster: string, key: string) => world.client.call('control/write', { cluster, key, value: key }, { signal: soon(), answer: z.unknown() });
const deployment = { kind: 'Deployment', namespace: 'default', name: 'web', replicas: 3, labels: { app: 'web' }, emptyDir: false, graceSeconds: 1 } as const;
const held = z.looseObject({
  moved: z.object({ to: z.string(), keys: z.string() }).optional(),
  nodes: z.array(z.looseObject({ name: z.string() })),
  machines: z.array(z.looseObject({ name: z.string() })),
  etcd: z.looseObject({ values: z.record(z.string(), z.string()), members: z.array(z.looseObject({ learner: z.boolean() })) }),
  workloads: z.looseObject({ pods: z.array(z.looseObject({ name: z.string(), node: z.string().optional() })) }),
});
const read = (world: SimulatedWorld, cluster: string) => world.client.call('control/read', { cluster }, { signal: soon(), answer: held });

async function openSecrets({ folder }: SimulatedWorld) {
  return createClusterSecrets({ store: await openFileStore(join(folder, 'store')), box: createSecretBox(await loadStoreKey(join(folder, 'key.json'))) });
}
async function openRecords({ folder }: SimulatedWorld) {
  return createClusterRecords(await openFileStore(join(folder, 'store')));
}

/** Two attempts have begun to fill the store: one was ended from outside, the other may go on. */
async function leaveSeeds(world: SimulatedWorld): Promise<readonly [string, string]> {
  const [seeds, secrets] = [createClusterSeeds(await openFileStore(join(world.folder, 'store'))), await openSecrets(world)];
  const leave = async (attempt: { readonly workflowId: string; readonly runId: string }): Promise<string> => {
    const uid = randomUUID();
    await seeds.begin({ uid, name: 'sim-copy', attempt });
    await secrets.internSecret(uid, 'a text of the backup');
    return uid;
  };
  const { workflowId, runId } = await clusterHandle(env(), 'sim-old').describe();
  return [await leave({ workflowId: `test/${randomUUID()}`, runId: randomUUID() }), await leave({ workflowId, runId })];
}

/** A file on its control planes makes a text that the store holds. */
async function withFile(desired: DesiredCluster): Promise<DesiredCluster> {
  const content = { sealed: sealText(await sealingKey(), 'kind: EncryptionConfiguration', 'manifest') };
  const files = [{ path: '/etc/kubernetes/encryption.yaml', owner: 'root:root', permissions: '0600', append: false, content }];
  return { ...desired, controlPlane: { ...desired.controlPlane, bootstrap: { ...desired.controlPlane.bootstrap, files } } };
}

async function exportKeys(): Promise<string> {
  const { publicKey, privateKey } = createSealingKeyPair();
  const { sealed } = await run<SealedAnswer>(workflowTypes.exportBackupKeys, { recipient: publicKey });
  return Buffer.from(unseal(privateKey, sealed, 'backup-keys')).toString('utf8');
}

const schedule = { ...DEFAULT_BACKUP_SCHEDULE, name: 'command', cron: '0 0 1 1 *' };
const scheduleOf = (cluster: string) => run<BackupScheduleView>(workflowTypes.backupSchedule, { cluster, change: { kind: 'show' }, actor: 'tester' } satisfies ScheduleInput);

/** What must be true of any cluster that was made from the backup of another. */
async function expectMade(world: SimulatedWorld, state: ClusterState, keys: 'kept' | 'own'): Promise<void> {
  expect(operationOf(state)).toMatchObject({ phase: 'Succeeded', verb: 'recover', changes: ['told'] });
  expect(state).toMatchObject({ phase: 'Provisioned', revision: 1 });
  expect(state.recovery).toBeUndefined();
  expect(await scheduleOf(state.identity.name)).toMatchObject({ ...schedule, source: 'command' });
  const seen = await read(world, state.identity.uid);
  expect(seen.etcd.values).toMatchObject({ before: 'before' });
  expect(seen.etcd.values).not.toHaveProperty('after');
  expect(seen.etcd.members.map(({ learner }) => learner)).toEqual([false, false, false]);
  const names = state.machines.map(({ name }) => name).toSorted();
  expect(names).toHaveLength(5);
  expect(seen.machines.map(({ name }) => name).toSorted()).toEqual(names);
  expect(seen.nodes.map(({ name }) => name).toSorted()).toEqual(names);
  expect(seen.moved).toEqual({ to: `https://${state.allocation?.loadBalancerAddress}:6443`, keys });
  const web = seen.workloads.pods.filter(({ name }) => name.startsWith('web-'));
  expect(web).toHaveLength(3);
  for (const { node } of web) expect(names).toContain(node);
}

test('a new cluster begins with the backup of another that is gone, or beside it with keys of its own', async () => {
  const before = await createSimulatedWorld(env(), 50);
  const old = await before.withWorkers(async () => {
    await before.apply(await withFile(simulatedDesired('sim-old', 3, 2)));
    const state = await untilState(env(), 'sim-old', operationEnded);
    const { uid } = state.identity;
    await before.client.call('apply', { cluster: uid, objects: [deployment] }, { signal: soon(), answer: z.null() });
    await write(before, uid, 'before');
    await clusterHandle(env(), 'sim-old').executeUpdate(backupScheduleUpdate, { args: [{ change: { kind: 'set', schedule }, actor: 'tester' }] });
    await expect.poll(() => scheduleOf('sim-old'), { timeout: 20_000 }).toMatchObject(schedule);
    const id = await back('sim-old');
    await write(before, uid, 'after');

    await expect(check({ name: 'sim-copy', id: '20200101-000000-abcdef' })).rejects.toMatchObject({ cause: { cause: { type: 'BackupNotFoundError' } } });
    const source = await check({ name: 'sim-copy', id });
    expect(source).toMatchObject({ answers: true, checked: { backup: { id, cluster: { name: 'sim-old', uid } }, source: { standing: 'managed' } } });
    expect(source.checked.taken).toBeUndefined();
    await expect(recover('sim-copy', source)).rejects.toMatchObject({ cause: { type: 'Conflict' } });

    const [abandoned, underWay] = await leaveSeeds(before);
    const copy = await recover('sim-copy', source, true);
    await expectMade(before, copy, 'own');
    const store = await openFileStore(join(before.folder, 'store'));
    expect(await store.list(`clusters/${abandoned}/secrets/`)).toEqual([]);
    expect(await store.list(`clusters/${underWay}/secrets/`)).toHaveLength(1);
    expect((await createClusterSeeds(store).list()).map(({ uid: left }) => left)).toEqual([underWay]);
    const secrets = await openSecrets(before);
    const [pki, own] = [await secrets.loadPki(uid), await secrets.loadPki(copy.identity.uid)];
    for (const part of ['ca', 'frontProxyCa', 'etcdCa', 'serviceAccount'] as const) expect(own[part].privateKeyPem).not.toBe(pki[part].privateKeyPem);
    const { etcd } = await read(before, uid);
    expect(etcd.values).toMatchObject({ before: 'before', after: 'after' });
    // Whoever applies a manifest of that name means this cluster.
    expect(await (await openRecords(before)).reserveUid('sim-copy')).toBe(copy.identity.uid);
    expect((await check({ name: 'sim-copy', from: 'sim-old' })).checked.taken).toContain('there is a cluster sim-copy already');
    await expect(recover('sim-copy', source, true)).rejects.toMatchObject({ cause: { cause: { type: 'RecordConflictError' } } });

    const keys = await exportKeys();
    for (const name of ['sim-copy', 'sim-old']) {
      await clusterHandle(env(), name).executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] });
      await clusterHandle(env(), name).result();
    }
    return { uid, id, keys, pki, installation: state.identity.installation, files: state.desired.controlPlane.bootstrap.files };
  });

  // Nobody here knows the old one: neither the store nor Temporal does.
  const after = await createSimulatedWorld(env(), 50, before);
  await after.withWorkers(async () => {
    await expect(check({ name: 'sim-new', from: 'sim-old' })).rejects.toMatchObject({ cause: { cause: { type: 'BackupKeyError' } } });
    const source = await check({ name: 'sim-new', from: 'sim-old', key: seal(await sealingKey(), old.keys, 'backup-key'), actor: 'tester' });
    expect(source).toMatchObject({ answers: false, checked: { backup: { id: old.id }, source: { standing: 'unknown' } } });
    const state = await recover('sim-new', source);
    await expectMade(after, state, 'kept');
    expect(state.identity).toMatchObject({ name: 'sim-new' });
    expect(state.identity.uid).not.toBe(old.uid);
    expect(state.identity.installation).not.toBe(old.installation);
    expect(state.desired.controlPlane.bootstrap.files).not.toEqual(old.files);
    expect(await (await openSecrets(after)).loadPki(state.identity.uid)).toEqual(old.pki);
    expect(await (await openRecords(after)).findByName('sim-new')).toMatchObject({ identity: state.identity, desired: state.desired });
    await back('sim-new');
  });
});
