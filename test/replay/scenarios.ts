import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DrainImpossibleError } from '../../activities/kubernetes/errors.ts';
import type { Owner } from '../../domain/owner.ts';
import type { LostCluster } from '../../domain/recovery/lost-cluster.ts';
import type { PlanFacts } from '../../domain/plan/plan-facts.ts';
import { cancelUpdate, deleteUpdate, pauseRolloutUpdate, recoverUpdate, restartUpdate, resumeUpdate, scaleUpdate, undoUpdate } from '../../workflows/messages.ts';
import { healthyFacts } from '../healthy-facts.ts';
import { applyCluster, clusterHandle, countCalls, desiredCluster, isBlocked, operationEnded, untilState, withWorkers } from '../workflow/cluster-fixture.ts';
import { createFakeBackups } from '../workflow/fake-backups.ts';
import { createFakeWorld, kubeadmFailure, type FakeWorld } from '../workflow/fake-activities.ts';

type Scenario = (env: TestWorkflowEnvironment) => Promise<void>;

/** What is recorded: between them, every workflow type and every way into, through and out of a cluster's life. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'create-1-2': withWorld(async (env) => {
    await applyCluster(env, desiredCluster('small', 1, 2));
    await untilState(env, 'small', operationEnded);
    await applyCluster(env, desiredCluster('small', 1, 2));
    await removeCluster(env, 'small');
  }),
  'create-3-2': withWorld(async (env) => {
    await applyCluster(env, desiredCluster('ha', 3, 2));
    await untilState(env, 'ha', operationEnded);
    await removeCluster(env, 'ha');
  }),
  'continue-as-new': withWorld(async (env) => {
    await applyCluster(env, desiredCluster('runs', 1, 1), { continueAsNewEveryPass: true });
    await untilState(env, 'runs', operationEnded);
    await removeCluster(env, 'runs');
  }),
  'kubeadm-fails-once': withWorld(async (env, world) => {
    world.failing.set('runKubeadm', () => (countCalls(world, 'runKubeadm') === 2 ? kubeadmFailure() : undefined));
    await applyCluster(env, desiredCluster('flaky', 3, 0));
    await untilState(env, 'flaky', operationEnded);
    await removeCluster(env, 'flaky');
  }),
  'blocked-and-resumed': withWorld(async (env, world) => {
    world.failing.set('runKubeadm', kubeadmFailure);
    await applyCluster(env, desiredCluster('blocked', 1, 1));
    await untilState(env, 'blocked', isBlocked);
    world.failing.clear();
    world.failing.set('waitForNode', kubeadmFailure);
    await applyCluster(env, desiredCluster('blocked', 1, 1));
    await untilState(env, 'blocked', isBlocked);
    world.failing.clear();
    await applyCluster(env, desiredCluster('blocked', 1, 1));
    await untilState(env, 'blocked', operationEnded);
  }),
  'blocked-and-undone': withWorld(async (env, world) => {
    world.failing.set('runKubeadm', kubeadmFailure);
    await applyCluster(env, desiredCluster('undone', 1, 1), { onFailure: 'undo' });
    await clusterHandle(env, 'undone').result();
  }),
  'cancelled-and-resumed': withWorld(async (env, world) => {
    world.hanging.add('waitForSsh');
    const { operationId } = await applyCluster(env, desiredCluster('stopped', 1, 1));
    await untilState(env, 'stopped', () => countCalls(world, 'waitForSsh') === 2);
    await clusterHandle(env, 'stopped').executeUpdate(cancelUpdate, { args: [{ actor: 'tester', operationId }] });
    await untilState(env, 'stopped', operationEnded);
    world.hanging.clear();
    await applyCluster(env, desiredCluster('stopped', 1, 1));
    await untilState(env, 'stopped', operationEnded);
  }),
  'deleted-while-created': withWorld(async (env, world) => {
    world.hanging.add('waitForSsh');
    await applyCluster(env, desiredCluster('gone', 1, 1));
    await untilState(env, 'gone', () => countCalls(world, 'waitForSsh') === 2);
    await removeCluster(env, 'gone');
  }),
  adopted: withWorld(async (env, world) => {
    await applyCluster(env, desiredCluster('lost', 1, 1));
    const state = await untilState(env, 'lost', operationEnded);
    await clusterHandle(env, 'lost').terminate('the database is lost');
    const provisioned = state.machines.map(({ name }) => name);
    world.adoptable = { ...state, infrastructurePresent: true, provisioned, nodes: [] };
    await env.client.workflow.execute('adoptCluster', { workflowId: 'adopt/lost', taskQueue: 'slipway', args: [{ name: 'lost', actor: 'tester' }] });
    await untilState(env, 'lost', operationEnded);
  }),
  scaled: withWorld(async (env, world) => {
    await applyCluster(env, desiredCluster('scaled', 1, 1));
    await untilState(env, 'scaled', operationEnded);
    const handle = clusterHandle(env, 'scaled');
    const scale = async (owner: Owner, replicas: number): Promise<void> => {
      await handle.executeUpdate(scaleUpdate, { args: [{ owner, replicas, actor: 'tester' }] });
      await untilState(env, 'scaled', operationEnded);
    };
    const controlPlane = { role: 'control-plane', name: 'scaled-control-plane' } as const;
    await scale(controlPlane, 3);
    await scale(controlPlane, 1);
    // A member that no Machine stands behind goes before anything else.
    world.facts = (machines) => (countCalls(world, 'removeStrayMember') === 0 ? withStrayMember(healthyFacts(machines)) : healthyFacts(machines));
    await scale(controlPlane, 3);
    world.failing.set('drainNode', () => new DrainImpossibleError('w', ['two budgets']));
    await handle.executeUpdate(scaleUpdate, { args: [{ owner: { role: 'worker', name: 'scaled-md-0' }, replicas: 0, actor: 'tester' }] });
    await untilState(env, 'scaled', isBlocked);
    await handle.executeUpdate(resumeUpdate, { args: [{ how: 'abort', actor: 'tester' }] });
    await untilState(env, 'scaled', operationEnded);
    await handle.executeUpdate(scaleUpdate, { args: [{ owner: { role: 'worker', name: 'scaled-md-0' }, replicas: 0, actor: 'tester' }] });
    await untilState(env, 'scaled', isBlocked);
    await handle.executeUpdate(resumeUpdate, { args: [{ how: 'skip', actor: 'tester' }] });
    await untilState(env, 'scaled', operationEnded);
    const plan = { cluster: 'scaled', scale: { owner: controlPlane, replicas: 1 } };
    await env.client.workflow.execute('planCluster', { workflowId: 'cluster/scaled/plan', taskQueue: 'slipway', args: [plan] });
  }),
  upgraded: withBackups(async (env) => {
    const before = desiredCluster('upgraded', 1, 1);
    await applyCluster(env, before);
    await untilState(env, 'upgraded', operationEnded);
    const labels = { 'node.cluster.x-k8s.io/pool': 'new' };
    const [pool] = before.machineDeployments;
    if (pool === undefined) throw new Error('it has a worker');
    const after = { version: 'v1.35.0', machineMetadata: { labels, annotations: {} } };
    await applyCluster(env, { ...before, controlPlane: { ...before.controlPlane, ...after }, machineDeployments: [{ ...pool, ...after }] });
    await untilState(env, 'upgraded', operationEnded);
    await removeCluster(env, 'upgraded');
  }),
  'restarted-and-undone': withWorld(async (env) => {
    const name = 'rolled';
    const before = desiredCluster(name, 1, 1);
    await applyCluster(env, before);
    await untilState(env, name, operationEnded);
    const handle = clusterHandle(env, name);
    const owner = { role: 'worker', name: `${name}-md-0` } as const;
    const pause = (paused: boolean) => handle.executeUpdate(pauseRolloutUpdate, { args: [{ owner, paused, actor: 'tester' }] });
    await handle.executeUpdate(restartUpdate, { args: [{ owner, actor: 'tester' }] });
    await pause(true);
    await untilState(env, name, ({ holdUps = [] }) => holdUps.length > 0);
    await pause(false);
    await untilState(env, name, operationEnded);
    await handle.executeUpdate(undoUpdate, { args: [{ target: { revision: 1, desired: before }, actor: 'tester' }] });
    await untilState(env, name, operationEnded);
  }),
  requests: withWorld(async (env) => {
    const inputs = { describeInstallation: {}, admitCluster: { desired: desiredCluster('asked', 1, 1) }, issueKubeconfig: {}, issueMachineAccess: {}, readMachineLogs: {}, observeCluster: {}, readHistory: { name: 'asked', limit: 1 }, readRevisions: { name: 'asked' }, collectSupport: {} };
    for (const [type, input] of Object.entries(inputs)) {
      await env.client.workflow.execute(type, { workflowId: `request/${type}`, taskQueue: 'slipway', args: [input] });
    }
  }),
  recovered: (env) => {
    const world = createFakeWorld();
    const name = 'back';
    const desired = desiredCluster(name, 1, 1);
    const backup = { id: '20261121-144055-abcdef', createdAt: 0, kubernetesVersion: desired.controlPlane.version, desired, cluster: { name, uid: `uid-${name}` } };
    let lost: LostCluster | undefined;
    const recovery = {
      checkBackup: async () => ({ ...backup, etcdRevision: 1, bytes: 1 }),
      seedCluster: async () => lost,
    };
    return withWorkers(env, { ...world, control: { ...world.control, ...recovery } }, async () => {
      await applyCluster(env, desired);
      await untilState(env, name, operationEnded);
      await env.client.workflow.execute('checkBackup', { workflowId: `${name}/checkBackup`, taskQueue: 'slipway', args: [{ cluster: name }] });
      const handle = clusterHandle(env, name);
      await handle.executeUpdate(recoverUpdate, { args: [{ backup, actor: 'tester' }] });
      const { allocation, ...state } = await untilState(env, name, operationEnded);
      if (allocation === undefined) throw new Error('it has an allocation');
      await handle.terminate('the database is lost');
      lost = { ...state, allocation, found: state.machines };
      const input = { name, uid: backup.cluster.uid, backup, changes: [], actor: 'tester' };
      await env.client.workflow.execute('recoverLostCluster', { workflowId: `${name}/recoverLost`, taskQueue: 'slipway', args: [input] });
      await untilState(env, name, operationEnded);
      await removeCluster(env, name);
    });
  },
  'recovered-onto-new': (env) => {
    const world = createFakeWorld();
    const desired = desiredCluster('onto', 1, 1);
    const cluster = { name: 'gone', uid: 'uid-gone' };
    const backup = { id: '20261121-144055-abcdef', createdAt: 0, kubernetesVersion: desired.controlPlane.version, desired: { ...desired, name: 'gone' }, cluster, etcdRevision: 1, bytes: 1 };
    const checked = { backup, source: { endpoint: 'https://172.30.4.2:6443', hostPort: 22_000, caCertificate: 'PEM', standing: 'unknown' }, host: 'local' };
    const recovery = {
      checkSource: async () => checked,
      seedNewCluster: async ({ uid }: { readonly uid: string }) => ({ desired, placement: { installation: 'test', uid, host: 'local' } }),
      concludeSeed: async () => undefined,
    };
    return withWorkers(env, { ...world, control: { ...world.control, ...recovery } }, async () => {
      await env.client.workflow.execute('checkSource', { workflowId: 'onto/checkSource', taskQueue: 'slipway', args: [{ name: 'onto', from: 'gone' }] });
      const input = { name: 'onto', checked, allowClone: false, changes: [], actor: 'tester' };
      await env.client.workflow.execute('recoverOntoNew', { workflowId: 'onto/recoverOntoNew', taskQueue: 'slipway', args: [input] });
      await untilState(env, 'onto', operationEnded);
      const again = env.client.workflow.execute('recoverOntoNew', { workflowId: 'onto/again', taskQueue: 'slipway', args: [input] });
      await again.catch(() => undefined);
      await removeCluster(env, 'onto');
    });
  },
  backups: withBackups(async (env) => {
    const scheduled = { cluster: 'kept', uid: 'uid-kept', origin: 'scheduled', actor: 'tester', keep: { last: 1, hourly: 0, daily: 0 } };
    const named = { cluster: 'kept', id: '20261121-144055-abcdef' };
    const inputs = {
      backupCluster: scheduled,
      listBackups: { cluster: 'kept' },
      describeBackup: named,
      observeBackups: { cluster: 'kept', uid: 'uid-kept' },
      verifyBackup: { ...named, restore: false },
      deleteBackup: named,
      locateBackup: { ...named, recipient: 'key' },
      listBackupKeys: {},
      exportBackupKeys: { recipient: 'key' },
      confirmBackupKeyExport: { keyIds: [], actor: 'tester' },
      rotateBackupKey: {},
      changeBackupSchedule: { cluster: 'kept', change: { kind: 'show' }, actor: 'tester' },
    };
    for (const [type, input] of Object.entries(inputs)) {
      await env.client.workflow.execute(type, { workflowId: `kept/${type}`, taskQueue: 'slipway', args: [input] });
    }
    const schedule = { name: 'kept', cron: '0 3 * * *', keep: { last: 1, hourly: 0, daily: 0 }, maxAgeMs: 3_600_000, catchupWindowMs: 600_000 };
    await applyCluster(env, { ...desiredCluster('kept', 1, 0), backupSchedule: schedule });
    await untilState(env, 'kept', operationEnded);
    await removeCluster(env, 'kept');
  }),
};

function withStrayMember(facts: PlanFacts): PlanFacts {
  if (!facts.etcd.known) return facts;
  const stray = { id: 'abc123', name: '', peerUrls: ['https://172.30.7.99:2380'], learner: true, healthy: false };
  return { ...facts, etcd: { ...facts.etcd, value: [...facts.etcd.value, stray] } };
}

function withBackups(play: (env: TestWorkflowEnvironment) => Promise<void>): Scenario {
  return (env) => {
    const [world, backups] = [createFakeWorld(), createFakeBackups()];
    return withWorkers(env, { ...world, control: { ...world.control, ...backups.control }, host: { ...world.host, ...backups.host } }, () => play(env));
  };
}

function withWorld(play: (env: TestWorkflowEnvironment, world: FakeWorld) => Promise<void>): Scenario {
  const world = createFakeWorld();
  return (env) => withWorkers(env, world, () => play(env, world));
}

async function removeCluster(env: TestWorkflowEnvironment, name: string): Promise<void> {
  const handle = clusterHandle(env, name);
  await handle.executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] });
  await handle.result();
}
