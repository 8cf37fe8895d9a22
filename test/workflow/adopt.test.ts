import { describe, expect, test } from 'vitest';
import type { AdoptableCluster } from '../../domain/adopt.ts';
import type { AdoptResult } from '../../workflows/contracts.ts';
import { clusterWorkflowId } from '../../workflows/messages.ts';
import { applyCluster, countCalls, desiredCluster, operationEnded, operationOf, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld, type FakeWorld } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

async function adopt(name: string): Promise<AdoptResult> {
  return env().client.workflow.execute<(input: { readonly name: string; readonly actor: string }) => Promise<AdoptResult>>('adoptCluster', {
    workflowId: `adopt/${name}`,
    taskQueue: 'slipway',
    args: [{ name, actor: 'tester' }],
  });
}

/** A cluster is made, and Temporal forgets it: what is left is what was recorded in the store. */
async function loseCluster(world: FakeWorld, name: string): Promise<AdoptableCluster> {
  await applyCluster(env(), desiredCluster(name, 1, 1));
  await untilState(env(), name, operationEnded);
  await expect.poll(() => world.recorded.state?.phase).toBe('Provisioned');
  await env().client.workflow.getHandle(clusterWorkflowId(name)).terminate('the database is lost');
  const { state } = world.recorded;
  if (state === undefined) throw new Error('nothing was recorded');
  world.calls.length = 0;
  const { identity, host, desired, revision, version, createdAt, machines } = state;
  const names = machines.map((machine) => machine.name);
  const seen = { infrastructurePresent: true, provisioned: names, nodes: names };
  return { identity, host, desired, revision, version, createdAt, machines, ...seen, ...(state.allocation === undefined ? {} : { allocation: state.allocation }) };
}

const touchesMachines = ['ensureMachine', 'writeBootstrapData', 'runKubeadm', 'resetMachine', 'removeStaleEtcdMember', 'deleteInfrastructure'];
const touched = (world: FakeWorld) => world.calls.filter((call) => touchesMachines.includes(call.activity));

describe('adoption', () => {
  test('brings a cluster back under management and touches no Machine', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      world.adoptable = await loseCluster(world, 'lost');
      expect(await adopt('lost')).toEqual({ identity: world.adoptable.identity, machines: 2 });
      const state = await untilState(env(), 'lost', operationEnded);
      expect(operationOf(state)).toMatchObject({ verb: 'adopt', phase: 'Succeeded' });
      expect(state.phase).toBe('Provisioned');
      expect(touched(world)).toEqual([]);
      expect((await applyCluster(env(), desiredCluster('lost', 1, 1))).result).toBe('unchanged');
    });
  });

  test('while the API server does not answer touches no Machine either', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      world.adoptable = { ...(await loseCluster(world, 'dark')), nodes: [] };
      await adopt('dark');
      expect(operationOf(await untilState(env(), 'dark', operationEnded)).phase).toBe('Succeeded');
      expect(touched(world)).toEqual([]);
    });
  });

  test('finishes a create that the loss cut off', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const found = await loseCluster(world, 'half');
      const machines = found.machines.map((machine) => ({ ...machine, phase: machine.role === 'worker' ? 'Provisioned' : 'Bootstrapping' }) as const);
      world.adoptable = { ...found, machines, nodes: [] };
      await adopt('half');
      expect(operationOf(await untilState(env(), 'half', operationEnded)).phase).toBe('Succeeded');
      expect(countCalls(world, 'runKubeadm')).toBe(2);
      expect(countCalls(world, 'ensureMachine')).toBe(0);
    });
  });

  test('of a cluster that is under management, or that the store does not know, is refused', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const found = await loseCluster(world, 'kept');
      await expect(adopt('kept')).rejects.toMatchObject({ cause: { cause: { type: 'ClusterNotFoundError' } } });
      world.adoptable = found;
      await adopt('kept');
      await untilState(env(), 'kept', operationEnded);
      await expect(adopt('kept')).rejects.toMatchObject({ cause: { type: 'Conflict', message: expect.stringContaining('is under management already') } });
    });
  });
});
