import { describe, expect, test } from 'vitest';
import { startOperation } from '../../../domain/accept-command.ts';
import { applyReport } from '../../../domain/apply-report.ts';
import { recordStarted } from '../../../domain/record-started.ts';
import { blockOperation } from '../../../domain/update-state.ts';
import { currentOperation, type ClusterState } from '../../../domain/cluster-state.ts';
import { forgetJournaled } from '../../../domain/journal.ts';
import type { MachinePhase } from '../../../domain/machine.ts';
import type { Evidence } from '../../../domain/evidence.ts';
import type { OperationPhase, OperationVerb } from '../../../domain/operation.ts';
import type { Step, StepKind, StepOutcome } from '../../../domain/step.ts';
import { clusterWith, machine, now, step } from './support/clusters.ts';

const later = now + 5000;
const evidence: Evidence = { at: 'here', error: 'SshError', message: 'refused', attempts: 4 };
const phases = [{ name: 'kubeadm init', startedAt: now, endedAt: later }];

const report = (state: ClusterState, { id, generation }: Step, outcome: StepOutcome) => applyReport(state, { stepId: id, generation, outcome, phases }, later);

function during(kind: StepKind, phase: MachinePhase): { readonly state: ClusterState; readonly running: Step } {
  const running = step(kind, { machine: 'cp-1' });
  return { running, state: clusterWith([machine('cp-1', phase)], { steps: [running] }) };
}

function startOver(state: ClusterState): ClusterState {
  return startOperation(state, { verb: 'apply', actor: 'ada@laptop', onFailure: 'block', now: later });
}

function block(state: ClusterState): ClusterState {
  const last = state.steps.at(-1);
  return last === undefined ? state : report(state, last, { kind: 'blocked', evidence });
}

describe('what a step changes', () => {
  type Row = readonly [StepKind, MachinePhase, StepOutcome['kind'], MachinePhase, Step['state']];
  const rows: readonly Row[] = [
    ['ProvisionMachine', 'Provisioning', 'done', 'Provisioned', 'Done'],
    ['ProvisionMachine', 'Provisioning', 'blocked', 'Provisioning', 'Blocked'],
    ['ProvisionMachine', 'Provisioning', 'cancelled', 'Provisioning', 'Cancelled'],
    ['InitControlPlane', 'Bootstrapping', 'joined', 'Joined', 'Running'],
    ['InitControlPlane', 'Joined', 'done', 'Running', 'Done'],
    ['PrepareControlPlane', 'Provisioned', 'done', 'Provisioned', 'Done'],
    ['JoinControlPlane', 'Bootstrapping', 'joined', 'Joined', 'Running'],
    ['JoinControlPlane', 'Joined', 'blocked', 'Joined', 'Blocked'],
    ['JoinWorker', 'Bootstrapping', 'done', 'Running', 'Done'],
    ['JoinWorker', 'Running', 'joined', 'Running', 'Running'],
  ];
  test.each(rows)('%s, Machine %s, reports %s: Machine %s, step %s', (kind, before, outcome, after, stepState) => {
    const { state, running } = during(kind, before);
    const changed = report(state, running, outcome === 'blocked' ? { kind: outcome, evidence } : { kind: outcome });
    expect(changed.machines[0]?.phase).toBe(after);
    expect(changed.machines[0]?.phaseSince).toBe(after === before ? now : later);
    expect(changed.steps[0]).toMatchObject({ state: stepState, phases, ...(stepState === 'Running' ? {} : { endedAt: later }) });
  });

  test.each([{ kind: 'blocked', evidence }, { kind: 'cancelled' }] as const)('a worker that had joined by then has joined, although its step is %o', (outcome) => {
    const { state, running } = during('JoinWorker', 'Bootstrapping');
    const about = { stepId: running.id, generation: running.generation, phases };
    expect(applyReport(state, { ...about, outcome, joined: true }, later).machines[0]).toMatchObject({ phase: 'Joined', phaseSince: later });
    expect(applyReport(state, { ...about, outcome }, later).machines[0]?.phase).toBe('Bootstrapping');
  });

  test.each([
    ['EnsureInfrastructure', { infrastructureReady: true, addonsReady: false }],
    ['InstallAddons', { infrastructureReady: false, addonsReady: true }],
    ['DeleteCluster', { infrastructureReady: false, addonsReady: false }],
  ] as const)('%s that is done is remembered for good', (kind, facts) => {
    const running = step(kind);
    const state = clusterWith([], { infrastructureReady: false, steps: [running] });
    expect(report(state, running, { kind: 'done' })).toMatchObject(facts);
  });
});

describe('what changes nothing', () => {
  const { state, running } = during('InitControlPlane', 'Bootstrapping');
  test.each([
    ['an earlier generation', state, { ...running, generation: 0 }],
    ['a later generation', state, { ...running, generation: 2 }],
    ['a step that nobody knows', state, { ...running, id: 'cluster/demo/machine/cp-9/init' }],
    ['a step that has ended', { ...state, steps: [{ ...running, state: 'Cancelled' as const }] }, running],
  ])('a report of %s', (_name, before, about) => {
    expect(report(before, about, { kind: 'done' })).toBe(before);
  });

  test('starting without an operation', () => {
    const idle = { ...state, operations: [] };
    expect(recordStarted(idle, { kind: 'InstallAddons', reasons: [] }, now)).toBe(idle);
  });
});

function phaseAfterBlocked(kind: StepKind, verb: OperationVerb, phase: OperationPhase): OperationPhase | undefined {
  const running = step(kind, { machine: 'cp-1' });
  const state = clusterWith([machine('cp-1')], { steps: [running] });
  const operations = state.operations.map((operation) => ({ ...operation, verb, phase }));
  return currentOperation(report({ ...state, operations }, running, { kind: 'blocked', evidence }))?.phase;
}

describe('a step that is blocked', () => {
  test.each([
    ['ProvisionMachine', 'create', 'Running', 'Blocked'],
    ['ProvisionMachine', 'adopt', 'Running', 'Blocked'],
    // A cluster that is to go does not mind.
    ['ProvisionMachine', 'delete', 'Running', 'Running'],
    ['DeleteCluster', 'delete', 'Running', 'Blocked'],
    ['DeleteCluster', 'create', 'Undoing', 'Blocked'],
    // What was told to stop may fail instead.
    ['ProvisionMachine', 'create', 'Cancelling', 'Cancelling'],
  ] as const)('%s during %s (%s): the operation is %s', (kind, verb, phase, after) => {
    expect(phaseAfterBlocked(kind, verb, phase)).toBe(after);
  });

  test('the first evidence stands: what fails later is often its consequence', () => {
    const once = blockOperation(clusterWith([]), evidence);
    expect(currentOperation(blockOperation(once, { ...evidence, message: 'another' }))?.evidence).toEqual(evidence);
  });
});

describe('starting a step', () => {
  test('to join comes after being prepared for it: both run the same commands there', () => {
    const prepared = step('PrepareControlPlane', { machine: 'cp-1', state: 'Done', generation: 4 });
    const state = clusterWith([machine('cp-1', 'Provisioned')], { steps: [prepared, step('PrepareControlPlane', { machine: 'cp-2', state: 'Done', generation: 7 })] });
    const started = recordStarted(state, { kind: 'JoinControlPlane', machine: 'cp-1', reasons: [] }, later);
    expect(started.steps.at(-1)).toMatchObject({ kind: 'JoinControlPlane', generation: 5 });
  });

  test('again is a new generation of the same step, with nothing left of the one before', () => {
    const ended = step('ProvisionMachine', { machine: 'cp-1', state: 'Blocked', endedAt: now, phases, generation: 3 });
    const state = recordStarted(clusterWith([machine('cp-1', 'Provisioning')], { steps: [ended] }), { kind: 'ProvisionMachine', machine: 'cp-1', reasons: ['again'] }, later);
    expect(state.steps).toEqual([
      {
        id: ended.id,
        kind: 'ProvisionMachine',
        machine: 'cp-1',
        operation: 'demo-create-1',
        generation: 4,
        reasons: ['again'],
        state: 'Running',
        startedAt: later,
        phases: [],
      },
    ]);
  });

  test('again in a later operation is newer still, although the tries of the one before are forgotten', () => {
    const planned = { kind: 'JoinControlPlane', machine: 'cp-1', reasons: [] } as const;
    let state = startOver(clusterWith([machine('cp-1', 'Bootstrapping')]));
    const generations: number[] = [];
    for (const tries of [4, 1, 1]) {
      for (let index = 0; index < tries; index += 1) {
        state = recordStarted(state, planned, later);
        generations.push(state.steps.at(-1)?.generation ?? 0);
        state = block(state);
      }
      state = forgetJournaled(startOver(state), () => true);
    }
    expect(generations).toEqual([...new Set(generations)].toSorted((a, b) => a - b));
  });

  test('of a Machine that has joined leaves it joined', () => {
    const state = recordStarted(clusterWith([machine('w-1', 'Joined')]), { kind: 'JoinWorker', machine: 'w-1', reasons: [] }, later);
    expect(state.machines[0]).toMatchObject({ phase: 'Joined', phaseSince: now });
  });
});
