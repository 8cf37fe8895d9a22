import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ClusterState } from '../../domain/cluster-state.ts';
import { deleteUpdate } from '../../workflows/messages.ts';
import { clusterHandle, operationEnded, untilState } from './cluster-fixture.ts';
import { createSimulatedWorld, simulatedDesired } from './simulated-world.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();
const name = 'watched';
const kinds = (state: ClusterState) => (state.notices ?? []).map(({ kind, subject }) => `${kind} ${subject}`);

test('Machines and a quorum that are lost at rest are noticed by whoever watches, and told once', { timeout: 120_000 }, async () => {
  const world = await createSimulatedWorld(env(), 50);
  await world.withWorkers(async () => {
    await world.apply(simulatedDesired(name, 3, 1));
    const { identity, machines } = await untilState(env(), name, operationEnded, 60_000);
    const controlPlanes = machines.filter(({ role }) => role === 'control-plane').map((machine) => machine.name);
    const [first = '', second = ''] = controlPlanes;
    const power = (machine: string, on: boolean) => world.client.call('control/setPower', { cluster: identity.uid, machine, on }, { signal: AbortSignal.timeout(5000), answer: z.unknown() });
    const look = () => world.watch.look(AbortSignal.timeout(60_000));
    // Far apart for the simulator's clock, as looks are: an election is no loss.
    const lookUntil = async (done: (state: ClusterState) => boolean): Promise<ClusterState> => {
      for (let looks = 0; looks < 60; looks += 1) {
        await look();
        const state = await untilState(env(), name, () => true);
        if (done(state)) return state;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      throw new Error('nobody noticed');
    };
    const historyLength = async () => (await clusterHandle(env(), name).describe()).historyLength;

    await look();
    const rested = await untilAtRest(historyLength);
    await look();
    await look();
    expect(await historyLength()).toBe(rested);

    await power(first, false);
    expect(kinds(await lookUntil(({ notices = [] }) => notices.length > 0))).toEqual([`MachineLost ${first}`]);
    const lost = await lookUntil(({ health }) => health?.quorumLost === undefined);
    expect(lost.health).toMatchObject({ lost: [{ name: first, state: 'stopped' }] });

    await power(second, false);
    const without = await lookUntil(({ health }) => health?.quorumLost !== undefined);
    expect(kinds(await untilState(env(), name, ({ notices = [] }) => notices.length === 3)).toSorted()).toEqual([`MachineLost ${first}`, `MachineLost ${second}`, `QuorumLost ${name}-control-plane`].toSorted());
    expect(without.health?.lost).toHaveLength(2);

    await power(first, true);
    await power(second, true);
    const again = await lookUntil(({ health }) => health === undefined);
    expect(kinds(await untilState(env(), name, ({ notices = [] }) => notices.length === 0))).toEqual([]);
    expect(again.phase).toBe('Provisioned');
    await clusterHandle(env(), name).executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] });
  });
});

/** What has ended is still recorded. @returns the length that stays as it is */
async function untilAtRest(length: () => Promise<number>): Promise<number> {
  for (let before = await length(); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = await length();
    if (now === before) return now;
    before = now;
  }
}
