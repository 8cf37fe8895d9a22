import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { ClusterPlan } from '../../domain/cluster-plan.ts';
import { controlTaskQueue, workflowTypes } from '../../workflows/contracts.ts';
import { applyUpdate, replaceMachineUpdate, resumeUpdate, type ApplyCommand } from '../../workflows/messages.ts';
import { clusterHandle, operationEnded, operationOf, untilState } from './cluster-fixture.ts';
import { createSimulatedWorld, simulatedDesired } from './simulated-world.ts';
import { useTemporal } from './temporal.ts';
import { startWriting } from './write-sequence.ts';

const { env } = useTemporal();

function ofVersion(desired: DesiredCluster, version: string): DesiredCluster {
  const machineDeployments = desired.machineDeployments.map((deployment) => ({ ...deployment, version }));
  return { ...desired, controlPlane: { ...desired.controlPlane, version }, machineDeployments };
}

async function planOf(desired: DesiredCluster): Promise<ClusterPlan> {
  return env().client.workflow.execute(workflowTypes.plan, {
    workflowId: `test/plan/${desired.name}/${randomUUID()}`,
    taskQueue: controlTaskQueue,
    args: [{ cluster: desired.name, apply: { desired } }],
  });
}

/** As the CLI does it once a person has agreed to the plan. */
async function applyAgreed(desired: DesiredCluster, plan: Pick<ClusterPlan, 'order'>) {
  const admitted = await env().client.workflow.execute(workflowTypes.admission, {
    workflowId: `test/admit/${desired.name}/${randomUUID()}`,
    taskQueue: controlTaskQueue,
    args: [{ desired }],
  });
  const command: ApplyCommand = { ...admitted, actor: 'tester', onFailure: 'block', ...(plan.order === undefined ? {} : { plan: plan.order }) };
  return clusterHandle(env(), desired.name).executeUpdate(applyUpdate, { args: [command] });
}

test('3 + 2 are upgraded by exactly the plan that was agreed to, and no acknowledged write is lost', async () => {
  const world = await createSimulatedWorld(env(), 50);
  await world.withWorkers(async () => {
    const before = ofVersion(simulatedDesired('sim-up', 3, 2), 'v1.33.13');
    await world.apply(before);
    const created = await untilState(env(), 'sim-up', operationEnded);
    const { uid } = created.identity;
    const writing = startWriting((key) =>
      world.client.call('control/write', { cluster: uid, key, value: key }, { signal: AbortSignal.timeout(5000), answer: z.unknown() }),
    );
    const plan = await planOf(ofVersion(before, 'v1.34.4'));
    expect(plan).toMatchObject({ action: 'change', waiting: [] });
    const { operationId } = await applyAgreed(ofVersion(before, 'v1.34.4'), plan);
    const state = await untilState(env(), 'sim-up', (seen) => operationOf(seen).id === operationId && operationEnded(seen));
    expect(operationOf(state)).toMatchObject({ phase: 'Succeeded' });
    expect(state.machines.map(({ version }) => version)).toEqual(Array(5).fill('v1.34.4'));
    // kube-proxy and CoreDNS are what they were upgraded to before workers follow.
    expect(state.steps.find(({ kind }) => kind === 'UpgradeAddons')?.phases.map(({ name }) => name)).toEqual(['add-on images', 'kubeadm add-ons', 'add-ons rolled out']);
    expect(await world.client.call('listAddonRollouts', { cluster: created.identity.uid }, { signal: AbortSignal.timeout(5000), answer: z.unknown() })).toEqual([
      { name: 'kube-proxy', wanted: 5, updated: 5, available: 5, old: 0 },
      { name: 'coredns', wanted: 2, updated: 2, available: 2, old: 0 },
    ]);
    const old = created.machines.map(({ name }) => name);
    expect(state.machines.filter(({ name }) => old.includes(name))).toEqual([]);
    const { etcd, nodes, machines } = await world.read(uid);
    expect(nodes.map(({ name }) => name).toSorted()).toEqual(machines.map(({ name }) => name).toSorted());
    expect(etcd.members).toHaveLength(3);
    const { acknowledged } = await writing.stop();
    const { etcd: atRest } = await world.read(uid);
    expect(acknowledged.filter((key) => atRest.values[key] !== key)).toEqual([]);
  });
});

test('a plan that is another one by now is not carried out; a person sees the difference and goes on', async () => {
  const world = await createSimulatedWorld(env(), 100);
  await world.withWorkers(async () => {
    const before = ofVersion(simulatedDesired('sim-other', 1, 1), 'v1.33.13');
    await world.apply(before);
    await untilState(env(), 'sim-other', operationEnded);
    const wanted = ofVersion(before, 'v1.34.4');
    const plan = await planOf(wanted);
    const order = { hash: 'another', lanes: { ...plan.order?.lanes, 'machinedeployment/sim-other-md-0': [] } };
    await applyAgreed(wanted, { order });
    const state = await untilState(env(), 'sim-other', (seen) => operationOf(seen).phase === 'Blocked');
    expect(operationOf(state).evidence).toMatchObject({ error: 'PlanChangedError' });
    expect(operationOf(state).evidence?.message).toContain('agreed was nothing more; now it would be JoinWorker');
    expect(state.machines.map(({ version }) => version)).toEqual(['v1.33.13', 'v1.33.13']);
  });
});

test('a plan that was agreed to holds while a Machine is replaced in between: what would be otherwise now waits for a person', async () => {
  const name = 'sim-held';
  const world = await createSimulatedWorld(env(), 50);
  await world.withWorkers(async () => {
    const before = ofVersion(simulatedDesired(name, 3, 1), 'v1.33.13');
    await world.apply(before);
    const created = await untilState(env(), name, operationEnded);
    const wanted = ofVersion(before, 'v1.34.4');
    const { order } = await planOf(wanted);
    // True when it begins, and another one at its end: the worker's removal is not the one that is to come.
    const lanes = Object.fromEntries(Object.entries(order?.lanes ?? {}).map(([lane, steps]) => [lane, lane.startsWith('machinedeployment/') ? steps.map((step) => (step.kind === 'RemoveMachine' ? { ...step, change: 'another → none' } : step)) : steps]));
    await applyAgreed(wanted, { order: { hash: order?.hash ?? '', lanes } });
    await untilState(env(), name, (seen) => operationOf(seen).plan?.checked === true);
    const victim = created.machines.find(({ role }) => role === 'control-plane')?.name ?? '';
    const handle = clusterHandle(env(), name);
    await handle.executeUpdate(replaceMachineUpdate, { args: [{ machine: victim, actor: 'tester', reason: 'its disk is old' }] });
    const held = await untilState(env(), name, (seen) => operationOf(seen).phase !== 'Running');
    expect(operationOf(held)).toMatchObject({ verb: 'replace', phase: 'Blocked', evidence: { error: 'PlanChangedError' } });
    expect(operationOf(held).evidence?.message).toMatch(/agreed was RemoveMachine .*; now it would be /);
    expect(held.machines.map((machine) => machine.name)).not.toContain(victim);
    expect(held.machines.find(({ role }) => role === 'worker')).toMatchObject({ version: 'v1.33.13' });

    await handle.executeUpdate(resumeUpdate, { args: [{ how: 'retry', actor: 'tester' }] });
    const state = await untilState(env(), name, operationEnded);
    expect(operationOf(state)).toMatchObject({ phase: 'Succeeded' });
    expect(state.machines.map(({ version }) => version)).toEqual(Array(4).fill('v1.34.4'));
  });
});

test('several minor versions are taken one after the other', async () => {
  const world = await createSimulatedWorld(env(), 100);
  await world.withWorkers(async () => {
    const before = ofVersion(simulatedDesired('sim-chain', 1, 1), 'v1.32.2');
    await world.apply(before);
    await untilState(env(), 'sim-chain', operationEnded);
    const wanted = ofVersion(before, 'v1.34.4');
    const plan = await planOf(wanted);
    expect(plan.changes.join('\n')).toContain('v1.32.2 → v1.33.0 → v1.34.4');
    expect(plan).toMatchObject({ action: 'change', waiting: [] });
    const { operationId } = await applyAgreed(wanted, plan);
    const state = await untilState(env(), 'sim-chain', (seen) => operationOf(seen).id === operationId && operationEnded(seen));
    expect(operationOf(state)).toMatchObject({ phase: 'Succeeded' });
    expect(state.machines.map(({ version }) => version)).toEqual(['v1.34.4', 'v1.34.4']);
  });
});

test('members of an etcd that is too old for the next one are replaced by a newer 3.5 first', { timeout: 240_000 }, async () => {
  const name = 'sim-etcd';
  const world = await createSimulatedWorld(env(), 100);
  await world.withWorkers(async () => {
    const before = ofVersion(simulatedDesired(name, 1, 1), 'v1.33.13');
    await world.apply(before);
    const created = await untilState(env(), name, operationEnded);
    const { uid } = created.identity;
    for (const { name: machine } of created.machines.filter(({ role }) => role === 'control-plane')) {
      await world.client.call('control/setEtcdVersion', { cluster: uid, machine, version: '3.5.21' }, { signal: AbortSignal.timeout(5000), answer: z.unknown() });
    }
    const wanted = ofVersion(before, 'v1.34.4');
    const ofOwnImage = { ...wanted, controlPlane: { ...wanted.controlPlane, infrastructure: { ...wanted.controlPlane.infrastructure, customImage: 'mine:1' } } };
    expect(await planOf(ofOwnImage)).toMatchObject({ action: 'refuse', refusal: 'ChangeNotSupported', reasons: [expect.stringContaining('apply etcd.local.imageTag 3.5.26-0 or a later 3.5 with v1.33.13 first')] });

    const plan = await planOf(wanted);
    expect(plan).toMatchObject({ action: 'change', waiting: [] });
    const joins = plan.steps.filter(({ kind }) => kind === 'JoinControlPlane').map(({ to }) => to?.split('/')[0]);
    expect(joins).toEqual(['v1.33.13', 'v1.34.4']);
    expect(plan.steps.find(({ kind }) => kind === 'UploadConfig')?.reasons.join()).toContain('(3.5.21) is older than 3.5.26');

    const { operationId } = await applyAgreed(wanted, plan);
    const state = await untilState(env(), name, (seen) => operationOf(seen).id === operationId && operationEnded(seen), 120_000);
    expect(operationOf(state)).toMatchObject({ phase: 'Succeeded' });
    expect(state.machines.map(({ version }) => version)).toEqual(['v1.34.4', 'v1.34.4']);
    const uploads = state.steps.filter(({ kind }) => kind === 'UploadConfig');
    expect(uploads.map(({ state: ended }) => ended)).toEqual(['Done']);
    const { etcd } = await world.read(uid);
    expect(etcd.members).toHaveLength(1);
    // What it was made of on the way is gone with its Machine: three Machines have been control planes, one after the other.
    expect(etcd.membersEver).toBe(3);
  });
});
