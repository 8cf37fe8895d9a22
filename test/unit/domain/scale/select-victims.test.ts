import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ControlPlaneMachine, ControlPlaneView } from '../../../../domain/quorum/control-plane-view.ts';
import { nextFailureDomain } from '../../../../domain/scale/failure-domains.ts';
import { selectControlPlaneVictim, selectControlPlaneVictims } from '../../../../domain/scale/select-control-plane-victim.ts';
import { selectWorkerVictims, type DeletePolicy, type WorkerMachine } from '../../../../domain/scale/select-worker-victims.ts';
import { components, controlPlane, dead, member, running, unstarted, view } from '../quorum/support/control-plane.ts';
import { machine, now } from '../support/clusters.ts';

const domains = ['a', 'b', 'c'];
const marked = { deleteFirst: true };
const outdated = { outdated: true };
const broken = { conditions: components({ SchedulerPodHealthy: 'False' }) };

function choose(observed: ControlPlaneView, failureDomains: readonly string[] = []): readonly string[] {
  const victim = selectControlPlaneVictim(observed, { candidates: observed.machines, failureDomains });
  return victim === undefined ? [] : [victim.machine.name, ...victim.reasons];
}

const trio = (facts: Readonly<Record<string, Partial<ControlPlaneMachine>>>) => ['cp-1', 'cp-2', 'cp-3'].map((name) => controlPlane(name, 'Running', facts[name]));

function placed(...places: readonly (string | undefined)[]): readonly ControlPlaneMachine[] {
  return places.map((failureDomain, index) => controlPlane(`cp-${index + 1}`, 'Running', failureDomain === undefined ? {} : { failureDomain }));
}

describe('which control-plane Machine goes', () => {
  test.each<readonly [string, ControlPlaneView, readonly string[]]>([
    ['none of none', view([]), []],
    ['of equals the oldest', view(running(3)), ['cp-1', 'all Machines are equal', 'the oldest']],
    ['the leader is not spared', view(running(3), { members: [member('cp-1', { leader: true }), member('cp-2'), member('cp-3')] }), ['cp-1', 'all Machines are equal', 'the oldest']],
    ['an outdated one', view(trio({ 'cp-2': outdated })), ['cp-2', 'it is outdated', 'the oldest']],
    ['a broken one before an outdated one', view(trio({ 'cp-2': outdated, 'cp-3': broken })), ['cp-3', 'not all its components are healthy', 'the oldest']],
    ['an outdated and broken one before a broken one', view(trio({ 'cp-2': broken, 'cp-3': { ...broken, ...outdated } })), ['cp-3', 'it is outdated and not all its components are healthy', 'the oldest']],
    ['a marked one before these', view(trio({ 'cp-1': { ...broken, ...outdated }, 'cp-3': marked })), ['cp-3', 'it is marked to go first', 'the oldest']],
    ['a marked and outdated one before a marked one', view(trio({ 'cp-1': marked, 'cp-3': { ...marked, ...outdated } })), ['cp-3', 'it is outdated and marked to go first', 'the oldest']],
    ['one whose member is dead before a marked one', view(trio({ 'cp-1': marked }), { members: [member('cp-1'), member('cp-2'), dead('cp-3')] }), ['cp-3', 'its etcd member is lost, and nothing else is safe before it has gone', 'the oldest']],
    ['one whose learner never started before that', view([...trio({}), controlPlane('cp-4', 'Bootstrapping')], { members: [member('cp-1'), member('cp-2'), dead('cp-3'), unstarted('cp-4')] }), ['cp-4', 'its join has not finished and it does not vote', 'the oldest']],
    ['the newest of those that kubeadm has not touched before all', view([...trio({}), controlPlane('cp-4', 'Bootstrapping'), controlPlane('cp-5', 'Pending'), controlPlane('cp-6', 'Pending')]), ['cp-6', 'kubeadm has not touched it', 'the newest']],
    ['where etcd is not seen, nobody’s member is lost', view(trio({ 'cp-2': marked }), { etcd: { known: false, reason: '', at: now } }), ['cp-2', 'it is marked to go first', 'the oldest']],
  ])('%s', (_name, observed, expected) => {
    expect(choose(observed)).toEqual(expected);
  });

  test.each<readonly [string, readonly ControlPlaneMachine[], string, string]>([
    ['the oldest of the fullest', placed('a', 'b', 'b', 'c', 'b'), 'cp-2', 'the oldest in failure domain b, the fullest'],
    ['of equally full ones the first as listed', placed('c', 'b', 'a'), 'cp-3', 'the oldest in failure domain a, the fullest'],
    ['one in none', placed('a', 'a', undefined), 'cp-3', 'is in no failure domain; the oldest there'],
    ['one in a failure domain that is no more', placed('a', 'a', 'z'), 'cp-3', 'is in failure domain z, which the cluster does not have; the oldest there'],
  ])('by failure domain: %s', (_name, machines, name, reason) => {
    expect(choose(view(machines), domains)).toEqual([name, 'all Machines are equal', reason]);
  });

  test('names decide where the age is the same', () => {
    const twins = [controlPlane('cp-2', 'Running', { createdAt: now }), controlPlane('cp-1', 'Running', { createdAt: now })];
    expect(choose(view(twins))[0]).toBe('cp-1');
  });

  test('several in turn keep the spread', () => {
    const observed = view(placed('a', 'b', 'c', 'a', 'b'));
    const victims = selectControlPlaneVictims(observed, { candidates: observed.machines, failureDomains: domains, count: 4 });
    expect(victims.map(({ machine: victim }) => victim.failureDomain)).toEqual(['a', 'b', 'a', 'b']);
  });
});

describe('where the next one goes', () => {
  test.each<readonly [string, readonly ControlPlaneMachine[], string | undefined]>([
    ['into the emptiest', [controlPlane('cp-1', 'Running', { failureDomain: 'a' }), controlPlane('cp-2', 'Running', { failureDomain: 'c' })], 'b'],
    ['Machines on their way out do not count', [controlPlane('cp-1', 'Running', { failureDomain: 'a' }), controlPlane('cp-2', 'Deleting', { failureDomain: 'b' }), controlPlane('cp-3', 'Running', { failureDomain: 'c' })], 'b'],
    ['nor do outdated ones; of equals the one with nothing at all', [controlPlane('cp-1', 'Running', { failureDomain: 'a', outdated: true })], 'b'],
    ['into the first where all are equal', [], 'a'],
  ])('%s', (_name, machines, expected) => {
    expect(nextFailureDomain(domains, machines).failureDomain).toBe(expected);
  });

  test('nowhere in particular without failure domains', () => {
    expect(nextFailureDomain([], running(3))).toEqual({ failureDomain: undefined, reasons: ['the cluster has no failure domains'] });
  });
});

function worker(name: string, facts: Partial<WorkerMachine> = {}): WorkerMachine {
  const { uid, phase } = machine(name, 'Running');
  return { name, uid, phase, createdAt: now + Number(name.split('-')[1]) * 60_000, nodeHealthy: 'True', ...facts };
}

function firstFive(machines: readonly WorkerMachine[], deletePolicy: DeletePolicy): string {
  return selectWorkerVictims(machines, { count: 5, deletePolicy }).map((victim) => victim.machine.name).join(' ');
}

const deletion = { actor: 'ada@laptop', at: now };

describe('which workers go', () => {
  const three = [worker('w-1', { uid: 'b' }), worker('w-2', { uid: 'c' }), worker('w-3', { uid: 'a' })];

  test.each<readonly [DeletePolicy, readonly string[]]>([
    ['Oldest', ['w-1', 'w-2', 'w-3']],
    ['Newest', ['w-3', 'w-2', 'w-1']],
    ['Random', ['w-3', 'w-1', 'w-2']],
  ])('deletePolicy %s', (deletePolicy, names) => {
    const victims = selectWorkerVictims(three, { count: 3, deletePolicy });
    expect(victims.map((victim) => victim.machine.name)).toEqual(names);
    expect(victims[0]?.reasons).toEqual([`deletePolicy ${deletePolicy}`]);
  });

  test.each<DeletePolicy>(['Oldest', 'Newest', 'Random'])('what is not as it should be goes before %s', (deletePolicy) => {
    const machines = [
      worker('w-1'),
      worker('w-2', { nodeHealthy: 'Unknown' }),
      worker('w-3', { nodeHealthy: 'False' }),
      worker('w-4', { phase: 'Provisioned' }),
      worker('w-5', { deleteFirst: true }),
      worker('w-6', { deletion }),
    ];
    const victims = selectWorkerVictims(machines, { count: 4, deletePolicy });
    expect(victims.map((victim) => `${victim.machine.name}: ${victim.reasons.join('; ')}`)).toEqual([
      'w-6: it is on its way out already',
      'w-5: it is marked to go first',
      'w-4: it has no Node yet',
      'w-3: its Node is not Ready',
    ]);
  });

  test.each([
    [0, 0],
    [-1, 0],
    [2, 2],
    [9, 3],
  ])('%i of three', (count, length) => {
    expect(selectWorkerVictims(three, { count, deletePolicy: 'Oldest' })).toHaveLength(length);
  });

  test('the same Machines, in whatever order, always give the same answer', () => {
    const machines = Array.from({ length: 8 }, (_, index) => worker(`w-${index + 1}`, index % 3 === 0 ? { createdAt: now } : {}));
    const policies = fc.constantFrom<DeletePolicy>('Oldest', 'Newest', 'Random');
    const check = fc.property(fc.shuffledSubarray(machines, { minLength: 8 }), policies, (shuffled, policy) => firstFive(shuffled, policy) === firstFive(machines, policy));
    expect(fc.check(check)).toMatchObject({ failed: false });
  });
});
