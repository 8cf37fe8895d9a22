import { describe, expect, test } from 'vitest';
import { adoptedState, type AdoptableCluster } from '../../../domain/adopt.ts';
import { recordStarted } from '../../../domain/record-started.ts';
import { currentOperation } from '../../../domain/cluster-state.ts';
import { journalOf } from '../../../domain/journal.ts';
import type { Machine, MachinePhase } from '../../../domain/machine.ts';
import { planSteps } from '../../../domain/plan/plan-steps.ts';
import { desired, machine, now } from './support/clusters.ts';
import { finish } from './support/lifecycle.ts';

function adoptable(machines: readonly Machine[], seen: Partial<AdoptableCluster> = {}): AdoptableCluster {
  return {
    identity: { installation: 'inst-1', name: 'demo', uid: 'uid-demo' },
    host: 'local',
    desired: desired(3, 1),
    revision: 4,
    version: 57,
    createdAt: now,
    machines,
    infrastructurePresent: true,
    provisioned: machines.map(({ name }) => name),
    nodes: machines.map(({ name }) => name),
    ...seen,
  };
}

const adopt = (found: AdoptableCluster) => adoptedState({ ...found, actor: 'ada@laptop', now: now + 1000 });
const whole = ['cp-1', 'cp-2', 'cp-3', 'w-1'].map((name) => machine(name, 'Running'));

type Sight = readonly ['Node and machine' | 'machine alone' | 'nothing', MachinePhase, MachinePhase];

/** What is seen of the Machine, what the record says, where it then stands. */
const sights: readonly Sight[] = [
  ...(['Provisioning', 'Provisioned', 'Bootstrapping', 'Joined', 'Running'] as const).map((phase): Sight => ['Node and machine', phase, 'Running']),
  ['machine alone', 'Pending', 'Provisioned'],
  ['machine alone', 'Provisioning', 'Provisioned'],
  ['machine alone', 'Provisioned', 'Provisioned'],
  ['machine alone', 'Bootstrapping', 'Bootstrapping'],
  ['machine alone', 'Joined', 'Joined'],
  ['machine alone', 'Running', 'Running'],
  ['nothing', 'Pending', 'Pending'],
  ['nothing', 'Provisioned', 'Pending'],
  ['nothing', 'Bootstrapping', 'Pending'],
  ['nothing', 'Joined', 'Joined'],
  ['nothing', 'Running', 'Running'],
];

describe('adoption', () => {
  test.each(sights)('%s is seen, recorded %s: %s', (seen, recorded, expected) => {
    const found = adoptable([machine('cp-1', recorded)], {
      nodes: seen === 'Node and machine' ? ['cp-1'] : [],
      provisioned: seen === 'nothing' ? [] : ['cp-1'],
    });
    expect(adopt(found).machines.map(({ phase }) => phase)).toEqual([expected]);
  });

  test('of a whole cluster only applies the add-on again', () => {
    const state = adopt(adoptable(whole));
    expect(planSteps(state).start.map(({ kind }) => kind)).toEqual(['InstallAddons']);
    expect(currentOperation(finish(state))).toMatchObject({ verb: 'adopt', phase: 'Succeeded', actor: 'ada@laptop' });
  });

  test('while its API server is down bootstraps nothing', () => {
    const state = adopt(adoptable(whole, { nodes: [] }));
    expect(planSteps(state).start.map(({ kind }) => kind)).toEqual(['InstallAddons']);
  });

  test('in the midst of init goes on with the same Machine', () => {
    const machines = [machine('cp-1', 'Provisioned'), machine('cp-2', 'Bootstrapping'), machine('cp-3', 'Provisioned')];
    const { start } = planSteps(adopt(adoptable(machines, { nodes: [] })));
    expect(start).toMatchObject([{ kind: 'InitControlPlane', machine: 'cp-2' }]);
  });

  test('keeps what the record says of the cluster', () => {
    const state = adopt(adoptable(whole));
    expect(state).toMatchObject({ identity: { uid: 'uid-demo' }, host: 'local', revision: 4, createdAt: now, phase: 'Provisioning' });
    expect(state.version).toBeGreaterThan(57);
  });

  test('keeps what people have said: a cluster that was paused stays so, and starts nothing', () => {
    const paused = { actor: 'ada@laptop', at: now, reason: 'the weekend' };
    const machines = [machine('cp-1', 'Provisioned')];
    const state = adopt({ ...adoptable(machines, { nodes: [] }), standing: { paused } });
    expect(state.paused).toEqual(paused);
    expect(planSteps(state)).toMatchObject({ action: 'wait', start: [] });
  });

  test('gives no number again, however often it comes: to operations, steps, or lines of the journal', () => {
    const machines = [machine('cp-1', 'Provisioned')];
    const lives = [57, 80, 81].map((version) => {
      const state = adopt(adoptable(machines, { nodes: [], version }));
      const [planned] = planSteps(state).start;
      if (planned === undefined) throw new Error('nothing was planned');
      return recordStarted(state, planned, now);
    });
    const ids = lives.flatMap((state) => journalOf(state).map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    const generations = lives.map(({ steps }) => steps[0]?.generation ?? 0);
    expect(generations).toEqual(generations.toSorted((a, b) => a - b));
    expect(new Set(generations).size).toBe(3);
    // The lost entity cannot have started a step oftener than its state has changed.
    expect(generations[0]).toBeGreaterThan(57);
  });
});
