import { describe, expect, it, test } from 'vitest';
import { clusterConditions } from '../../../domain/cluster-conditions.ts';
import { condition, summarize, type Condition } from '../../../domain/conditions.ts';
import { machineConditions } from '../../../domain/machine-conditions.ts';
import type { Machine } from '../../../domain/machine.ts';
import { unknownObservation, type ClusterObservation } from '../../../domain/observation.ts';
import { at, goodObservation, runningState, sampleMachine, sampleState } from '../cli/support/sample-cluster.ts';

const yes = condition('A', 'True', { reason: 'Good', since: 1 });
const no = condition('B', 'False', { reason: 'Bad', message: 'it broke', since: 3 });
const unsure = condition('C', 'Unknown', { reason: 'NotObserved', message: 'no answer' });

function statuses(machine: Machine, observation: ClusterObservation): Readonly<Record<string, string>> {
  return Object.fromEntries(machineConditions(machine, observation).conditions.map(({ type, status, reason }) => [type, `${status} ${reason}`]));
}

function seen<T>(value: T): { readonly known: true; readonly value: T; readonly at: number } {
  return { known: true, value, at: at(1) };
}

function available({ conditions: [first] }: ReturnType<typeof clusterConditions>): string {
  return `${first?.type} ${first?.status}`;
}

describe('summarize', () => {
  test.each([
    ['all True', [yes, yes], 'True'],
    ['one False', [yes, no, unsure], 'False'],
    ['one Unknown, none False', [yes, unsure], 'Unknown'],
    ['nothing', [], 'True'],
  ] satisfies readonly (readonly [string, readonly Condition[], Condition['status']])[])('%s', (_, parts, status) => {
    expect(summarize('Ready', parts).status).toBe(status);
  });

  it('names what holds it back, a repeated message once, and is as old as the newest of those', () => {
    const other = condition('D', 'False', { reason: 'Worse', message: 'it broke', since: 5 });
    expect(summarize('Ready', [yes, no, other, unsure])).toEqual({
      type: 'Ready',
      status: 'False',
      reason: 'NotReady',
      message: 'B, D: it broke',
      since: 5,
    });
  });

  it('takes over the reason of the only one', () => {
    expect(summarize('Ready', [yes, no])).toMatchObject({ reason: 'Bad', message: 'B: it broke', since: 3 });
  });
});

describe('machineConditions', () => {
  const state = runningState();
  const good = goodObservation(state);
  const running = sampleMachine('demo-control-plane-x2f9k', 'Running');

  it('is Ready where everything is observed to be well', () => {
    expect(statuses(running, good)).toEqual({
      Ready: 'True Ready',
      InfrastructureReady: 'True Running',
      NodeReady: 'True KubeletReady',
      APIServerReady: 'True BackendUp',
    });
  });

  it('is Unknown, not False, where nothing could be observed', () => {
    expect(statuses(running, unknownObservation('no answer', at(1)))).toEqual({
      Ready: 'Unknown ReadyUnknown',
      InfrastructureReady: 'Unknown NotObserved',
      NodeReady: 'Unknown NotObserved',
      APIServerReady: 'Unknown NotObserved',
    });
  });

  test.each(['Pending', 'Provisioning', 'Provisioned', 'Bootstrapping'] as const)('has no Node to be Unknown while %s', (phase) => {
    const worker = sampleMachine('demo-md-0-aaaaa', phase);
    expect(statuses(worker, unknownObservation('no answer', at(1)))['NodeReady']).toMatch(/^False /);
  });

  it('sees a machine that is gone, stopped, without Node or without backend', () => {
    const { name } = running;
    expect(statuses(running, { ...good, machines: seen([]) })['InfrastructureReady']).toBe('False Absent');
    expect(statuses(running, { ...good, machines: seen([{ name, state: 'stopped' }]) })['InfrastructureReady']).toBe('False Stopped');
    expect(statuses(running, { ...good, nodes: seen([]) })['NodeReady']).toBe('False NodeDoesNotExist');
    expect(statuses(running, { ...good, backends: seen([]) })['APIServerReady']).toBe('False NoBackend');
    expect(statuses(running, { ...good, backends: seen([{ name, state: 'maintenance' }]) })['APIServerReady']).toBe('False BackendInMaintenance');
    expect(statuses(running, { ...good, backends: seen([{ name, state: 'down' }]) })['Ready']).toBe('False BackendDown');
  });

  it('is not Ready while it is deleted, however well it looks', () => {
    expect(statuses({ ...running, phase: 'Deleting' }, good)).toMatchObject({ Ready: 'False Deleting', NodeReady: 'True KubeletReady' });
  });
});

describe('clusterConditions', () => {
  it('is Available where all of it is', () => {
    const state = runningState();
    expect(available(clusterConditions(state, goodObservation(state)))).toBe('Available True');
  });

  it('is Unknown without an observation', () => {
    expect(available(clusterConditions(runningState()))).toBe('Available Unknown');
  });

  it('is not Available before anything exists, observed or not', () => {
    const state = sampleState({ infrastructureReady: false });
    expect(available(clusterConditions(state))).toBe('Available False');
    expect(clusterConditions(state).controlPlane).toMatchObject({ ready: 0, desired: 1, machines: [] });
  });

  it('is not Available while it is deleted', () => {
    const state = { ...runningState(), phase: 'Deleting' as const };
    expect(clusterConditions(state, goodObservation(state)).conditions[0]).toMatchObject({ status: 'False', reason: 'Deleting' });
  });

  it('counts a Machine that is Unknown neither as Ready nor as not Ready', () => {
    const state = runningState();
    const good = goodObservation(state);
    const nodes = good.nodes.known ? good.nodes.value : [];
    const observation: ClusterObservation = {
      ...good,
      nodes: { known: true, at: at(60), value: nodes.map((node) => (node.name.endsWith('aaaaa') ? { ...node, ready: 'Unknown' as const } : node)) },
    };
    const [deployment] = clusterConditions(state, observation).machineDeployments;
    expect(deployment).toMatchObject({ ready: 1, desired: 2, conditions: [{ type: 'Available', status: 'Unknown' }, { type: 'MachinesReady' }] });
  });
});
