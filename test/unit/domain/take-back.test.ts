import { describe, expect, test } from 'vitest';
import { applyReport } from '../../../domain/apply-report.ts';
import { acceptAbort, acceptScale } from '../../../domain/change-cluster.ts';
import { currentOperation, type ClusterState } from '../../../domain/cluster-state.ts';
import { concludeOperation } from '../../../domain/plan/conclude-operation.ts';
import { planSteps } from '../../../domain/plan/plan-steps.ts';
import { recordStarted } from '../../../domain/record-started.ts';
import { decideResume, resume } from '../../../domain/resume-operation.ts';
import type { StepOutcome } from '../../../domain/step.ts';
import { sortRemovals, takeBackRemovals } from '../../../domain/take-back.ts';
import { healthyFacts } from '../../healthy-facts.ts';
import { clusterWith, desired, machine, now } from './support/clusters.ts';
import { finish } from './support/lifecycle.ts';

const wish = { actor: 'ada@laptop', onFailure: 'block', changes: [], now } as const;
const evidence = { at: 'remove: drain', step: 'cluster/demo/machine/w-1/remove', phase: 'drain', error: 'DrainImpossibleError', message: 'two budgets', attempts: 1 };
const blocked: StepOutcome = { kind: 'blocked', evidence };

/** Two workers, of which one is to go; its removal begins. */
function removing(name = 'w-1'): ClusterState {
  const machines = [machine('cp-1', 'Running'), machine('cp-2', 'Running'), machine('cp-3', 'Running'), machine('w-1', 'Running'), machine('w-2', 'Running')];
  const atRest = finish(clusterWith(machines, { desired: desired(3, 2), addonsReady: true }));
  const scaled = acceptScale(atRest, { owner: { role: 'worker', name: atRest.desired.machineDeployments[0]?.name ?? '' }, desired: desired(3, 1) }, wish);
  return recordStarted(scaled, { kind: 'RemoveMachine', machine: name, reasons: [] }, now);
}

function ended(state: ClusterState, outcome: StepOutcome, ...names: readonly string[]): ClusterState {
  const step = state.steps.findLast(({ kind }) => kind === 'RemoveMachine');
  if (step === undefined) throw new Error('no removal runs');
  const phases = names.map((name) => ({ name, startedAt: now, endedAt: now }));
  return applyReport(state, { stepId: step.id, generation: step.generation, outcome, phases }, now);
}

const abort = (state: ClusterState): ClusterState => acceptAbort(takeBackRemovals(resume(state, { at: now, actor: 'ada@laptop', how: 'abort' }), now + 1), wish);
const phaseOf = (state: ClusterState, name: string) => state.machines.find((each) => each.name === name)?.phase;

describe('an abort takes a removal back', () => {
  test.each([['w-1'], ['cp-2']])('that has come no further than its drain: %s', (name) => {
    const stopped = ended(removing(name), blocked, 'cordon', 'drain');
    expect(decideResume(stopped, { how: 'abort' })).toMatchObject({ action: 'abort', reasons: expect.arrayContaining([expect.stringMatching(new RegExp(`removal of Machine ${name} is taken back`))]) });
    const aborted = abort(stopped);
    expect(aborted.machines.find((each) => each.name === name)).toMatchObject({ phase: 'Running', phaseSince: now + 1, takenBack: true });
    expect(aborted.desired).toEqual(desired(3, 2));
    expect(planSteps(aborted, healthyFacts(aborted.machines)).start).toMatchObject([{ kind: 'UncordonNode', machine: name }]);
  });

  test('once, and its Machine is then like any other', () => {
    const aborted = abort(ended(removing(), blocked, 'cordon', 'drain'));
    const uncordoning = recordStarted(aborted, { kind: 'UncordonNode', machine: 'w-1', reasons: [] }, now);
    const [running] = uncordoning.steps.filter(({ kind }) => kind === 'UncordonNode');
    const done = applyReport(uncordoning, { stepId: running?.id ?? '', generation: running?.generation ?? 0, outcome: { kind: 'done' }, phases: [] }, now);
    const plan = planSteps(done, healthyFacts(done.machines));
    expect(plan.action).toBe('finished');
    const rest = concludeOperation(done, plan, now);
    expect(currentOperation(rest)?.phase).toBe('Succeeded');
    expect(rest.machines.find(({ name }) => name === 'w-1')).not.toHaveProperty('takenBack');
  });

  test('and it is not the one that goes where there is one too many; nor before its Node is schedulable again', () => {
    const aborted = { ...abort(ended(removing(), blocked, 'cordon', 'drain')), desired: desired(3, 1) };
    const uncordoning = recordStarted(aborted, { kind: 'UncordonNode', machine: 'w-1', reasons: [] }, now);
    expect(planSteps(uncordoning, healthyFacts(uncordoning.machines)).start).toMatchObject([{ kind: 'RemoveMachine', machine: 'w-2' }]);
    const none = { ...uncordoning, desired: desired(3, 0) };
    expect(planSteps(none, healthyFacts(none.machines)).start).toMatchObject([{ kind: 'RemoveMachine', machine: 'w-2' }]);
  });
});

describe('an abort finishes a removal', () => {
  test.each<readonly [string, string, StepOutcome, readonly string[]]>([
    ['whose container may be gone', 'w-1', blocked, ['cordon', 'drain', 'volumes detached', 'infrastructure']],
    ['whose backend is taken out', 'cp-2', blocked, ['cordon', 'drain', 'volumes detached', 'load balancer backend']],
    ['that was stopped there', 'w-1', { kind: 'cancelled' }, ['cordon', 'drain', 'infrastructure']],
    ['of which nobody knows how far it came', 'w-1', blocked, []],
  ])('%s', (_name, machineName, outcome, phases) => {
    const stopped = ended(removing(machineName), outcome, ...phases);
    expect(sortRemovals(stopped)).toMatchObject({ back: [], tooFar: [{ name: machineName }] });
    expect(phaseOf(abort(stopped), machineName)).toBe('Deleting');
  });

  test('that had come too far before it was tried again and stopped at its drain', () => {
    const far = ended(removing(), blocked, 'cordon', 'drain', 'infrastructure');
    const again = ended(recordStarted(resume(far, { at: now, actor: 'ada@laptop', how: 'retry' }), { kind: 'RemoveMachine', machine: 'w-1', reasons: [] }, now), blocked, 'cordon', 'drain');
    expect(sortRemovals(again).tooFar).toMatchObject([{ name: 'w-1' }]);
  });

  test('that is under way', () => {
    const running = recordStarted(ended(removing(), blocked, 'cordon', 'drain'), { kind: 'RemoveMachine', machine: 'w-2', reasons: [] }, now);
    expect(sortRemovals(running)).toMatchObject({ back: [{ name: 'w-1' }], running: [{ name: 'w-2' }], tooFar: [] });
    expect([phaseOf(abort(running), 'w-1'), phaseOf(abort(running), 'w-2')]).toEqual(['Running', 'Deleting']);
  });

  test('of a Machine that never joined', () => {
    const unjoined = removing();
    const bootstrapping = { ...unjoined, machines: [...unjoined.machines, machine('w-3', 'Bootstrapping')] };
    expect(sortRemovals(ended(recordStarted(bootstrapping, { kind: 'RemoveMachine', machine: 'w-3', reasons: [] }, now), blocked, 'cordon')).tooFar).toMatchObject([{ name: 'w-3' }]);
  });
});
