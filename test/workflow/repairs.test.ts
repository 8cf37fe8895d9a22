import { expect, test } from 'vitest';
import { z } from 'zod';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { ClusterState } from '../../domain/cluster-state.ts';
import { replaceMachineUpdate, resumeUpdate } from '../../workflows/messages.ts';
import { clusterHandle, isBlocked, operationEnded, operationOf, untilState } from './cluster-fixture.ts';
import { createSimulatedWorld, simulatedDesired } from './simulated-world.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();
const soon = () => ({ signal: AbortSignal.timeout(5000), answer: z.unknown() });

/** Two pools: that of the example, and another of two. */
function twoPools(name: string): DesiredCluster {
  const desired = simulatedDesired(name, 3, 1);
  const [pool] = desired.machineDeployments;
  if (pool === undefined) throw new Error('the example has a pool');
  return { ...desired, machineDeployments: [{ ...pool, name: 'one' }, { ...pool, name: 'other', replicas: 2 }] };
}

/** The first pool is made another way. */
function changed(desired: DesiredCluster): DesiredCluster {
  const machineDeployments = desired.machineDeployments.map((pool) => (pool.name === 'one' ? { ...pool, nodeRegistration: { ...pool.nodeRegistration, kubeletExtraArgs: { 'max-pods': '99' } } } : pool));
  return { ...desired, machineDeployments };
}

const of = ({ machines }: ClusterState, owner: string) => machines.filter((machine) => machine.owner === owner);
const namesOf = (state: ClusterState, owner: string) => of(state, owner).map(({ name }) => name);

test('beside a canary that is Blocked others are replaced: a worker that was deleted, one that is lost, a member; it waits all the while, and a retry goes on', { timeout: 240_000 }, async () => {
  const name = 'sim-repair';
  const world = await createSimulatedWorld(env(), 50);
  await world.withWorkers(async () => {
    await world.apply(twoPools(name));
    const created = await untilState(env(), name, operationEnded);
    const { uid } = created.identity;
    const [deleted, lost] = of(created, 'other');
    if (deleted === undefined || lost === undefined) throw new Error('the other pool has two Machines');
    const fault = { cluster: uid, id: 'canary', operation: 'kubeadm/kubelet', effect: { kind: 'fail', after: false, message: 'its kubelet does not start' }, times: 'always' } as const;
    await world.client.call('control/addFault', fault, soon());

    const { operationId } = await world.apply(changed(twoPools(name)));
    const blocked = await untilState(env(), name, isBlocked);
    const canary = of(blocked, 'one').find(({ phase }) => phase !== 'Running')?.name ?? '';
    // From here on it alone fails.
    await world.client.call('control/addFault', { ...fault, machine: canary }, soon());
    await world.client.call('deleteMachine', { cluster: uid, machine: lost.name, uid: lost.uid }, soon());

    const replace = (machine: string) => clusterHandle(env(), name).executeUpdate(replaceMachineUpdate, { args: [{ machine, actor: 'tester', reason: 'it is broken' }] });
    expect(await replace(deleted.name)).toMatchObject({ result: 'changed', operationId });
    expect(await replace(lost.name)).toMatchObject({ result: 'changed', operationId });
    const member = created.machines.find(({ role }) => role === 'control-plane')?.name ?? '';
    expect(await replace(member)).toMatchObject({ result: 'changed', operationId });
    const repaired = await untilState(env(), name, (seen) => {
      const others = seen.machines.filter(({ owner }) => owner !== 'one');
      return others.length === 5 && others.every(({ name: machine, phase }) => phase === 'Running' && ![deleted.name, lost.name, member].includes(machine));
    });
    expect(operationOf(repaired)).toEqual(operationOf(blocked));
    expect(namesOf(repaired, 'one')).toEqual(namesOf(blocked, 'one'));
    const isOfCanary = ({ machine }: { readonly machine?: string }): boolean => machine === canary;
    expect(repaired.steps.filter(isOfCanary)).toEqual(blocked.steps.filter(isOfCanary));
    const { nodes, etcd } = await world.read(uid);
    expect(etcd.members.map(({ name: voter, learner }) => `${voter} ${learner}`).toSorted()).toEqual(repaired.machines.filter(({ role }) => role === 'control-plane').map((each) => `${each.name} false`).toSorted());
    expect(nodes.map(({ name: node }) => node)).toEqual(expect.arrayContaining(namesOf(repaired, 'other')));

    await world.client.call('control/clearFaults', { cluster: uid }, soon());
    await clusterHandle(env(), name).executeUpdate(resumeUpdate, { args: [{ how: 'retry', actor: 'tester' }] });
    const state = await untilState(env(), name, operationEnded);
    expect(operationOf(state)).toMatchObject({ id: operationId, phase: 'Succeeded' });
    expect(namesOf(state, 'one')).toEqual([canary]);
    expect(namesOf(state, 'other').toSorted()).toEqual(namesOf(repaired, 'other').toSorted());
  });
});
