import { describe, expect, test } from 'vitest';
import { concludeOperation } from '../../../../domain/plan/conclude-operation.ts';
import { currentOperation, type ClusterPhase, type ClusterState } from '../../../../domain/cluster-state.ts';
import type { OnFailure, OperationPhase, OperationVerb } from '../../../../domain/operation.ts';
import type { StepPlan } from '../../../../domain/plan/plan-steps.ts';
import type { Step } from '../../../../domain/step.ts';
import { clusterWith, machine, now, step } from '../support/clusters.ts';

const later = now + 60_000;
const finished: StepPlan = { action: 'finished', start: [], waiting: [], reasons: [] };
const waiting: StepPlan = { ...finished, action: 'wait' };
const running = step('ProvisionMachine', { machine: 'cp-1' });

type Before = { readonly verb?: OperationVerb; readonly phase: OperationPhase; readonly onFailure?: OnFailure; readonly steps?: readonly Step[]; readonly plan?: StepPlan };

function conclude({ verb = 'create', phase, onFailure = 'block', steps = [], plan = waiting }: Before): { readonly before: ClusterState; readonly after: ClusterState } {
  const state = clusterWith([machine('cp-1')], { steps });
  const before = {
    ...state,
    phase: verb === 'delete' || phase === 'Undoing' ? ('Deleting' as const) : state.phase,
    operations: state.operations.map((operation) => ({ ...operation, verb, phase, onFailure })),
  };
  return { before, after: concludeOperation(before, plan, later) };
}

describe('an operation moves on', () => {
  type Row = { readonly name: string; readonly before: Before; readonly to: OperationPhase; readonly cluster: ClusterPhase; readonly ends: boolean };
  const rows: readonly Row[] = [
    { name: 'a create whose plan is finished', before: { phase: 'Running', plan: finished }, to: 'Succeeded', cluster: 'Provisioned', ends: true },
    { name: 'an adoption whose plan is finished', before: { verb: 'adopt', phase: 'Running', plan: finished }, to: 'Succeeded', cluster: 'Provisioned', ends: true },
    { name: 'a delete whose plan is finished', before: { verb: 'delete', phase: 'Running', plan: finished }, to: 'Succeeded', cluster: 'Deleting', ends: true },
    { name: 'an undo whose plan is finished', before: { phase: 'Undoing', plan: finished }, to: 'Undone', cluster: 'Deleting', ends: true },
    { name: 'blocked, to be undone', before: { phase: 'Blocked', onFailure: 'undo' }, to: 'Undoing', cluster: 'Deleting', ends: false },
    { name: 'blocked, to be retained', before: { phase: 'Blocked', onFailure: 'retain' }, to: 'Failed', cluster: 'Failed', ends: true },
    { name: 'cancelling, nothing runs any more', before: { phase: 'Cancelling' }, to: 'Cancelled', cluster: 'Provisioning', ends: true },
    { name: 'cancelling, to be undone', before: { phase: 'Cancelling', onFailure: 'undo' }, to: 'Undoing', cluster: 'Deleting', ends: false },
    { name: 'cancelling an adoption undoes nothing', before: { verb: 'adopt', phase: 'Cancelling', onFailure: 'undo' }, to: 'Cancelled', cluster: 'Provisioning', ends: true },
  ];
  test.each(rows)('$name: $to', ({ before, to, cluster, ends }) => {
    const { after } = conclude(before);
    expect(currentOperation(after)).toMatchObject({ phase: to });
    expect(currentOperation(after)?.endedAt).toBe(ends ? later : undefined);
    expect(after.phase).toBe(cluster);
  });
});

describe('an operation stays as it is', () => {
  const stuckUndo = step('DeleteCluster', { state: 'Blocked' });
  const rows: readonly { readonly name: string; readonly before: Before }[] = [
    { name: 'while its plan is not finished', before: { phase: 'Running' } },
    { name: 'blocked until a person decides', before: { phase: 'Blocked' } },
    { name: 'to be undone, while a step still runs', before: { phase: 'Blocked', onFailure: 'undo', steps: [running] } },
    { name: 'to be retained, while a step still runs', before: { phase: 'Blocked', onFailure: 'retain', steps: [running] } },
    { name: 'cancelling, while a step still runs', before: { phase: 'Cancelling', steps: [running] } },
    { name: 'an undo that is itself stuck: starting it again by itself would never end', before: { phase: 'Blocked', onFailure: 'undo', steps: [stuckUndo] } },
    { name: 'a blocked adoption, whatever it was to do', before: { verb: 'adopt', phase: 'Blocked', onFailure: 'undo' } },
    { name: 'a blocked delete', before: { verb: 'delete', phase: 'Blocked' } },
    { name: 'one that has ended', before: { phase: 'Succeeded', plan: finished } },
  ];
  test.each(rows)('$name', ({ before }) => {
    const { after, before: state } = conclude(before);
    expect(after).toBe(state);
  });
});
