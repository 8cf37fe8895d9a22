import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currentOperation, type ClusterState } from '../../../../domain/cluster-state.ts';
import { acceptRepair, decideReplace } from '../../../../domain/decide-replace.ts';
import type { Machine, MachinePhase } from '../../../../domain/machine.ts';
import type { OperationVerb } from '../../../../domain/operation.ts';
import { nameMissingMachines } from '../../../../domain/plan/name-machines.ts';
import { planSteps } from '../../../../domain/plan/plan-steps.ts';
import { repairedDesired } from '../../../../domain/plan/repairs.ts';
import type { Step, StepKind } from '../../../../domain/step.ts';
import { healthyFacts } from '../../../healthy-facts.ts';
import { machine, now, step } from '../support/clusters.ts';
import { madeFrom, rollTo, wholeCluster } from '../rollout/support/rolling.ts';

const deletion = { actor: 'ada', at: now };
const bad = { kubeletExtraArgs: { 'max-pods': '9' } };

/** Two pools of three, a-1 … and b-1 …, beside three control planes. */
function twoPools(): ClusterState {
  const whole = wholeCluster(3, 0);
  const [pool] = whole.desired.machineDeployments;
  if (pool === undefined) throw new Error('the sample has a pool');
  const desired = { ...whole.desired, machineDeployments: ['a', 'b'].map((name) => ({ ...pool, name, replicas: 3 })) };
  const workers = ['a', 'b'].flatMap((owner) => [1, 2, 3].map((index) => machine(`${owner}-${index}`, 'Running', { owner })));
  return { ...whole, desired, machines: madeFrom(desired, [...whole.machines, ...workers]) };
}

/** Pool a goes to another template, and what that has come to is Blocked. */
function blocked(of: { readonly rolls?: readonly string[]; readonly steps?: readonly Partial<Step>[]; readonly add?: readonly Machine[]; readonly verb?: OperationVerb } = {}): ClusterState {
  const { rolls = ['a'], add = [machine('a-9', 'Bootstrapping', { owner: 'a' })], verb = 'apply' } = of;
  const before = twoPools();
  const machineDeployments = before.desired.machineDeployments.map((pool) => (rolls.includes(pool.name) ? { ...pool, nodeRegistration: { ...pool.nodeRegistration, ...bad } } : pool));
  const rolling = rollTo(before, { ...before.desired, machineDeployments });
  const operation = currentOperation(rolling)?.id ?? '';
  const steps = (of.steps ?? [{ kind: 'JoinWorker' as const, machine: 'a-9' }]).map(({ kind = 'JoinWorker', ...facts }) => step(kind, { operation, state: 'Blocked', ...facts }));
  const operations = rolling.operations.map((each) => (each.id === operation ? { ...each, verb, phase: 'Blocked' as const } : each));
  return { ...rolling, operations, steps, machines: [...rolling.machines, ...madeFrom(rolling.desired, add)] };
}

function without(state: ClusterState, ...names: readonly string[]): ClusterState {
  return { ...state, machines: state.machines.filter(({ name }) => !names.includes(name)) };
}

function withPhase(state: ClusterState, name: string, phase: MachinePhase): ClusterState {
  return { ...state, machines: [...state.machines, ...madeFrom(state.desired, [machine(name, phase, { owner: name.slice(0, 1) })])] };
}

const ask = (state: ClusterState, name: string): ClusterState => acceptRepair(state, name, deletion);
const started = (state: ClusterState): readonly string[] => planSteps(state, healthyFacts(state.machines)).start.map(({ kind, machine: name }) => `${kind} ${name}`);
const named = (state: ClusterState): readonly string[] => {
  let uid = 0;
  const newUid = (): string => String((uid += 1)).padStart(10, '0').padEnd(32, '0');
  return nameMissingMachines({ desired: repairedDesired(state), existing: state.machines, newUid }).map(({ owner }) => owner);
};

describe('beside a Blocked operation', () => {
  const canary = blocked();
  const drain = blocked({ rolls: [], add: [], verb: 'scale', steps: [{ kind: 'RemoveMachine', machine: 'a-3' }] });
  const draining = { ...drain, machines: drain.machines.map((each) => (each.name === 'a-3' ? { ...each, phase: 'Deleting' as const } : each)) };
  const both = blocked({ rolls: ['a', 'b'] });
  const stuckMember = blocked({ steps: [{ kind: 'JoinControlPlane', machine: 'cp-3' }] });

  type Row = { readonly name: string; readonly state: ClusterState; readonly start?: readonly string[]; readonly names?: readonly string[] };
  const rows: readonly Row[] = [
    { name: 'nothing goes on where nothing is to be repaired', state: canary },
    { name: 'a worker that somebody wants replaced goes, and its owner brings up another', state: ask(canary, 'b-1'), start: ['RemoveMachine b-1'], names: ['b'] },
    { name: 'what comes for it is made', state: withPhase(without(canary, 'b-1'), 'b-7', 'Pending'), start: ['ProvisionMachine b-7'] },
    { name: 'and joins', state: withPhase(without(canary, 'b-1'), 'b-7', 'Provisioned'), start: ['JoinWorker b-7'] },
    { name: 'nothing more of the pool whose canary failed: neither goes an old one, nor comes another new one', state: withPhase(without(ask(canary, 'a-1'), 'a-2'), 'a-8', 'Provisioned') },
    { name: 'a pool that is rolled out too, and unproven, waits', state: without(both, 'b-1') },
    { name: 'one that is proven is brought back to its replicas', state: withPhase(without(both, 'b-1', 'b-2', 'b-3'), 'b-7', 'Running'), names: ['b', 'b'] },
    { name: 'its surge is the rollout, and waits', state: withPhase(withPhase(without(both, 'b-1'), 'b-7', 'Running'), 'b-8', 'Provisioned') },
    { name: 'another of the pool whose drain failed is replaced', state: withPhase(ask(draining, 'a-1'), 'a-7', 'Provisioned'), start: ['RemoveMachine a-1', 'JoinWorker a-7'], names: ['a'] },
    { name: 'what a control plane lost is taken out by its own lane', state: ask(canary, 'cp-1'), names: ['demo-control-plane'] },
    { name: 'it goes when its replacement votes', state: ask({ ...canary, machines: [...canary.machines, ...madeFrom(canary.desired, [machine('cp-4', 'Running')])] }, 'cp-1'), start: ['RemoveMachine cp-1'] },
    { name: 'a control plane with a step that is Blocked changes no more', state: ask(stuckMember, 'cp-1') },
    { name: 'workers are replaced beside that', state: ask(stuckMember, 'b-1'), start: ['RemoveMachine b-1'], names: ['b'] },
    { name: 'nor does one whose configuration could not be uploaded', state: ask(blocked({ add: [], steps: [{ kind: 'UploadConfig' }] }), 'cp-1') },
    { name: 'nothing is repaired while the cluster is paused', state: { ...withPhase(without(canary, 'b-1'), 'b-7', 'Pending'), paused: deletion } },
    { name: 'a create makes everything anew: none of it is a repair', state: without(blocked({ verb: 'create' }), 'b-1') },
  ];
  test.each(rows)('$name', ({ state, start = [], names = [] }) => {
    expect(started(state)).toEqual(start);
    expect(named(state)).toEqual(names);
  });

  test('what the operation grows is not repaired', () => {
    const { desired } = canary;
    const grown = { ...canary, desired: { ...desired, machineDeployments: desired.machineDeployments.map((pool) => ({ ...pool, replicas: 5 })) } };
    expect(started(withPhase(grown, 'b-7', 'Provisioned'))).toEqual([]);
    expect(named(grown)).toEqual([]);
    expect(named(without(grown, 'b-1'))).toEqual(['b']);
  });

  test('a Machine elsewhere is replaced beside it; one of what is Blocked begins an operation in its place, as ever', () => {
    expect(decideReplace(canary, 'b-1')).toMatchObject({ action: 'repair' });
    expect(decideReplace(canary, 'cp-1')).toMatchObject({ action: 'repair' });
    expect(decideReplace(ask(canary, 'b-1'), 'b-1')).toMatchObject({ action: 'attach' });
    expect(decideReplace(canary, 'a-9')).toMatchObject({ action: 'replace' });
    expect(decideReplace(canary, 'a-1')).toMatchObject({ action: 'replace' });
    expect(decideReplace(stuckMember, 'cp-1')).toMatchObject({ action: 'replace' });
    expect(decideReplace(twoPools(), 'b-1')).toMatchObject({ action: 'replace' });
    expect(currentOperation(ask(canary, 'b-1'))).toBe(currentOperation(canary));
  });
});

describe('whatever is Blocked, and whoever is lost', () => {
  const phases: readonly MachinePhase[] = ['Pending', 'Provisioned', 'Bootstrapping', 'Joined', 'Running', 'Deleting'];
  const kinds: readonly StepKind[] = ['ProvisionMachine', 'JoinWorker', 'RemoveMachine'];
  const lot = fc.record({
    rolls: fc.subarray(['a', 'b']),
    stuck: fc.record({ name: fc.constantFrom('a-1', 'a-9', 'b-1', 'b-9', 'cp-2'), kind: fc.constantFrom(...kinds, 'JoinControlPlane' as const) }),
    workers: fc.array(fc.constantFrom(...phases), { minLength: 8, maxLength: 8 }),
    gone: fc.subarray(['a-2', 'a-3', 'b-2', 'b-3']),
    asked: fc.subarray(['a-1', 'a-2', 'b-1', 'b-2', 'cp-1', 'cp-2']),
  });

  test('nothing starts that is stuck or beyond an owner, and no control plane beside one that is Blocked', () => {
    fc.assert(
      fc.property(lot, ({ rolls, stuck, workers, gone, asked }) => {
        const base = blocked({ rolls, add: ['a', 'b'].map((owner) => machine(`${owner}-9`, 'Pending', { owner })), steps: [{ kind: stuck.kind, machine: stuck.name }] });
        const names = base.machines.filter(({ role }) => role === 'worker').map(({ name }) => name);
        const machines = base.machines.map((each) => (each.role === 'worker' ? { ...each, phase: workers[names.indexOf(each.name)] ?? each.phase } : each));
        const state = asked.reduce(ask, without({ ...base, machines }, ...gone));
        const { start, surge } = planSteps(state, healthyFacts(state.machines));
        const of = (name: string | undefined): Machine | undefined => state.machines.find((each) => each.name === name);
        expect(surge).toBeUndefined();
        expect(start.map((each) => each.machine)).not.toContain(stuck.name);
        for (const each of start.filter(({ kind }) => kind === 'RemoveMachine')) expect(of(each.machine)?.deletion).toEqual(deletion);
        const members = start.filter((each) => of(each.machine)?.role !== 'worker' && each.kind !== 'PrepareControlPlane' && each.kind !== 'ProvisionMachine');
        expect(members.length).toBeLessThanOrEqual(stuck.name === 'cp-2' ? 0 : 1);
        for (const owner of ['a', 'b']) {
          const coming = start.filter((each) => each.kind !== 'RemoveMachine' && of(each.machine)?.owner === owner);
          const serving = state.machines.filter((each) => each.owner === owner && each.deletion === undefined && (each.phase === 'Joined' || each.phase === 'Running'));
          expect(coming.length === 0 || serving.length + coming.length <= 3).toBe(true);
          const isHeld = of(stuck.name)?.owner === owner && stuck.kind !== 'RemoveMachine';
          expect(isHeld && start.some((each) => of(each.machine)?.owner === owner)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });
});
