import { describe, expect, test } from 'vitest';
import { applyReport } from '../../../../domain/apply-report.ts';
import { recordStarted } from '../../../../domain/record-started.ts';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import type { ObservedNode } from '../../../../domain/observation.ts';
import { planSteps } from '../../../../domain/plan/plan-steps.ts';
import { projectSteps } from '../../../../domain/plan/project-steps.ts';
import { planFirstMachine, planLostMachines, planStopControlPlane, strandedWorkers } from '../../../../domain/recovery/plan-recovery.ts';
import type { StepKind } from '../../../../domain/step.ts';
import { healthyFacts } from '../../../healthy-facts.ts';
import { desired, machine } from '../support/clusters.ts';
import { running as runningSteps } from '../support/lifecycle.ts';
import { recovering, recoveredAt, running } from './recoveries.ts';

const at = (state: ClusterState, progress: { readonly stopped?: true; readonly restored?: true }): ClusterState =>
  state.recovery === undefined ? state : { ...state, recovery: { ...state.recovery, ...progress } };
const stopped = (state: ClusterState): ClusterState => at(state, { stopped: true });
const node = (name: string): ObservedNode => ({ name, ready: 'True', reason: 'KubeletReady', message: '', kubeletVersion: 'v1.34.4', readySince: 0 });
const restored = (state: ClusterState): ClusterState => at(state, { stopped: true, restored: true });

test('the old control plane is stopped first, once', () => {
  expect(planStopControlPlane(running(3, 0))).toBeUndefined();
  expect(planStopControlPlane(recovering(running(3, 0)))?.kind).toBe('StopControlPlane');
  expect(planStopControlPlane(stopped(recovering(running(3, 0))))).toBeUndefined();
  expect(planStopControlPlane(restored(recovering(running(3, 0))))).toBeUndefined();
});

test('the first control-plane Machine is restored, or initialized where nothing is to be restored', () => {
  expect(planFirstMachine(running(1, 0), 'cp-9').kind).toBe('InitControlPlane');
  expect(planFirstMachine(stopped(recovering(running(1, 0))), 'cp-9').kind).toBe('RestoreControlPlane');
  expect(planFirstMachine(restored(recovering(running(1, 0))), 'cp-9').kind).toBe('InitControlPlane');
});

describe('until the restored API answers', () => {
  /** Two workers more are wanted, one is to go, one waits for its Node; all of that has to wait. */
  const before = running(3, 3);
  const busy: ClusterState = {
    ...before,
    machines: before.machines.map((one) => (one.name === 'w-1' ? { ...one, deletion: { actor: 'ada@laptop', at: 0 } } : one.name === 'w-2' ? { ...one, phase: 'Joined' as const } : one)),
  };
  const state: ClusterState = { ...recovering(busy, { desired: desired(3, 5) }) };
  const withNew = { ...state, machines: [...state.machines, machine('cp-4', 'Provisioned', { createdAt: recoveredAt })] };

  test.each<[string, ClusterState, readonly string[]]>([
    ['no Machine is made yet', state, ['StopControlPlane']],
    ['one is ready, and the old control plane runs', withNew, ['StopControlPlane']],
    ['one is ready', stopped(withNew), ['RestoreControlPlane cp-4']],
  ])('nothing else is done: %s', (_when, given, expected) => {
    expect(planSteps(given).start.map(({ kind, machine: name = '' }) => `${kind} ${name}`.trim())).toEqual(expected);
  });
});

test('a whole recovery: stopped, restored, the lost ones removed, members one by one up to three', () => {
  const { steps, waiting } = projectSteps(recovering(running(3, 2)), healthyFacts(running(3, 2).machines.filter(({ role }) => role === 'worker')));
  expect(waiting).toEqual([]);
  const lines = steps.map(({ kind, machine: name = '', quorum }) => `${kind} ${name}`.trim().replace('demo-control-plane-', '') + (quorum === undefined ? '' : ` ${quorum.before.voters}→${quorum.after.voters}`));
  const order = (line: string): number => lines.findIndex((found) => found.startsWith(line));
  expect(order('StopControlPlane')).toBeLessThan(order('RestoreControlPlane'));
  expect(order('RestoreControlPlane')).toBeLessThan(order('JoinControlPlane'));
  expect(lines.filter((line) => /^(Restore|Join)ControlPlane/.test(line)).map((line) => line.replace(/\(new \d\) /, ''))).toEqual(['RestoreControlPlane 0→1', 'JoinControlPlane 1→2', 'JoinControlPlane 2→3']);
  expect(lines.filter((line) => line.startsWith('RemoveMachine')).map((line) => line.replace(/^RemoveMachine (\S+).*/, '$1')).toSorted()).toEqual(['cp-1', 'cp-2', 'cp-3']);
  expect(lines.filter((line) => line.endsWith('JoinWorker'))).toEqual([]);
});

const end = (state: ClusterState, kind: StepKind): ClusterState =>
  runningSteps(state).filter((step) => step.kind === kind).reduce((before, { id, generation }) => applyReport(before, { stepId: id, generation, outcome: { kind: 'done' }, phases: [] }, recoveredAt), state);

describe('the old control plane', () => {
  const serving = restored(recovering(running(3, 0)));
  const withNew = { ...serving, machines: [...serving.machines, machine('cp-4', 'Running', { createdAt: recoveredAt }), machine('cp-5', 'Provisioned', { createdAt: recoveredAt }), machine('cp-6', 'Provisioned', { createdAt: recoveredAt })] };
  const facts = { ...healthyFacts([machine('cp-4', 'Running')]), infrastructure: healthyFacts(withNew.machines).infrastructure };
  const next = (state: ClusterState): readonly string[] => planSteps(state, facts).start.map(({ kind, machine: name = '' }) => `${kind} ${name}`);
  const begin = (state: ClusterState): ClusterState => planSteps(state, facts).start.reduce((before, step) => recordStarted(before, step, recoveredAt), state);

  test('goes side by side as soon as the new one serves, and nothing of etcd is asked for that', () => {
    const removals = planSteps(withNew).start.filter(({ kind }) => kind === 'RemoveMachine');
    expect(removals.map(({ machine: name }) => name)).toEqual(['cp-1', 'cp-2', 'cp-3']);
    for (const removal of removals) expect(removal).not.toHaveProperty('expectedMembers');
    expect(planLostMachines(stopped(recovering(running(3, 0))))).toEqual([]);
    expect(planLostMachines(running(3, 0))).toEqual([]);
  });

  test('is gone before anybody joins, and what needs no turn is done meanwhile', () => {
    const removing = begin(withNew);
    expect(next(removing)).toEqual(['PrepareControlPlane cp-5', 'PrepareControlPlane cp-6']);
    const prepared = end(begin(removing), 'PrepareControlPlane');
    expect(next(prepared)).toEqual([]);
    expect(next(end(prepared, 'RemoveMachine'))).toEqual(['JoinControlPlane cp-5']);
  });

  test('of more than the largest control plane has goes by and by', () => {
    const lost = Array.from({ length: 9 }, (_, index) => machine(`cp-${index + 20}`, 'Deleting'));
    const many = { ...withNew, machines: lost, ...(withNew.recovery === undefined ? {} : { recovery: { ...withNew.recovery, lost: lost.map(({ name }) => name) } }) };
    expect(planLostMachines(many)).toHaveLength(7);
    const [first, ...others] = planLostMachines(many);
    if (first === undefined) throw new Error('there is one');
    expect(planLostMachines(recordStarted(many, first, recoveredAt))).toHaveLength(others.length);
  });
});

describe('workers of a restored cluster', () => {
  const all = ['w-1', 'w-2'].map(node);
  const state = restored(recovering(running(3, 2)));
  const workers = state.machines.filter(({ role }) => role === 'worker');

  test.each<[string, ClusterState, typeof workers, readonly ObservedNode[], readonly string[]]>([
    ['stay where their Nodes are in the backup', state, workers, all, []],
    ['go where their Node is not', state, workers, all.slice(0, 1), ['w-2: its Node is not in the backup']],
    ['go where their kubelet is newer', state, workers.map((one) => ({ ...one, version: 'v1.35.0' })), all.slice(0, 1), ['w-1: its kubelet v1.35.0 is newer than the restored control plane', 'w-2: its kubelet v1.35.0 is newer than the restored control plane']],
    ['stay where their kubelet is older', state, workers.map((one) => ({ ...one, version: 'v1.33.1' })), all, []],
    ['stay where they were made since: their Nodes come', state, workers.map((one) => ({ ...one, createdAt: recoveredAt })), [], []],
    ['stay where they have not joined: their Nodes come', state, workers.map((one) => ({ ...one, phase: 'Bootstrapping' as const })), [], []],
    ['are not looked at before the API answers', recovering(running(3, 2)), workers, [], []],
    ['are not looked at without a recovery', running(3, 2), workers, [], []],
  ])('%s', (_what, given, staying, nodes, expected) => {
    expect(strandedWorkers(given, staying, nodes).map(({ machine: name, reasons }) => `${name}: ${reasons.join()}`)).toEqual(expected);
  });

  test('whose Nodes are lost are replaced before the recovery ends', () => {
    const facts = { ...healthyFacts(state.machines), nodes: { known: true as const, value: all.slice(0, 1), at: 0 } };
    expect(runningSteps(state)).toEqual([]);
    expect(planSteps({ ...state, machines: workers, desired: desired(3, 2) }, facts).start.map(({ kind, machine: name }) => `${kind} ${name}`)).toContain('RemoveMachine w-2');
  });
});
