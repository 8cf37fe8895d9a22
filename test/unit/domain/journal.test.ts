import { describe, expect, test } from 'vitest';
import { startOperation } from '../../../domain/accept-command.ts';
import { applyReport } from '../../../domain/apply-report.ts';
import { recordStarted } from '../../../domain/record-started.ts';
import { blockOperation } from '../../../domain/update-state.ts';
import { forgetJournaled, journalOf } from '../../../domain/journal.ts';
import { decideResume, resume, waitToCut } from '../../../domain/resume-operation.ts';
import type { ClusterState } from '../../../domain/cluster-state.ts';
import type { SkippedPhase } from '../../../domain/step.ts';
import { acceptedCluster, clusterWith, machine, now, step } from './support/clusters.ts';
import { finish } from './support/lifecycle.ts';

const lines = (state: ClusterState) => journalOf(state).map(({ id, outcome }) => `${id} ${outcome}`);

describe('the journal', () => {
  test('of a create names its command, each step, and how both ended, oldest first', () => {
    const entries = journalOf(finish(acceptedCluster({ controlPlanes: 1, workers: 1 })));
    expect(entries.map(({ subject, action, outcome }) => `${subject} ${action} ${outcome}`).toSorted()).toEqual([
      'cluster/demo create accepted',
      'cluster/demo create done',
      'cluster/demo/addons InstallAddons done',
      'cluster/demo/infrastructure EnsureInfrastructure done',
      'cp-1 InitControlPlane done',
      'cp-1 ProvisionMachine done',
      'w-1 JoinWorker done',
      'w-1 ProvisionMachine done',
    ]);
    expect(entries[0]).toMatchObject({ actor: 'ada@laptop', kind: 'command', at: now });
    expect(entries.map((entry) => entry.at)).toEqual(entries.map((entry) => entry.at).toSorted((a, b) => a - b));
  });

  test('says nothing of a step that runs, nor that an open operation has ended', () => {
    expect(lines(clusterWith([machine('cp-1')], { steps: [step('ProvisionMachine', { machine: 'cp-1' })] }))).toEqual(['demo-create-1/accepted accepted']);
  });

  test('is the same however often it is asked for, and an entry keeps its ID while the cluster goes on', () => {
    const early = clusterWith([machine('cp-1', 'Provisioning')], { steps: [step('ProvisionMachine', { machine: 'cp-1', state: 'Done', endedAt: now })] });
    const later = startOperation(early, { verb: 'delete', actor: 'bob@laptop', onFailure: 'block', now: now + 1 });
    expect(journalOf(early)).toEqual(journalOf(structuredClone(early)));
    expect(lines(later)).toEqual(expect.arrayContaining(lines(early)));
  });

  test('holds each try of a step', () => {
    const planned = { kind: 'ProvisionMachine', machine: 'cp-1', reasons: ['a', 'b'] } as const;
    let state = acceptedCluster();
    const ids = new Set<string>();
    for (let generation = 1; generation <= 3; generation += 1) {
      state = recordStarted(state, planned, now);
      const outcome = generation === 3 ? ({ kind: 'done' } as const) : ({ kind: 'cancelled' } as const);
      state = applyReport(state, { stepId: 'cluster/demo/machine/cp-1/provision', generation, outcome, phases: [] }, now);
      for (const { id } of journalOf(state)) ids.add(id);
    }
    expect([...ids].filter((id) => id.includes('/provision/'))).toEqual([1, 2, 3].map((generation) => `demo-create-1/cluster/demo/machine/cp-1/provision/${generation}`));
    expect(journalOf(state).find(({ kind }) => kind === 'step')?.reason).toBe('a; b');
  });

  test('tells of a step how often it was tried and what it did, the newest forty phases', () => {
    const phases = Array.from({ length: 45 }, (_, index) => ({ name: `phase ${index}`, startedAt: now + index, endedAt: now + index + 1 }));
    const ended = step('JoinWorker', { machine: 'w-1', state: 'Done', endedAt: now + 50, phases, attempts: 3 });
    const [entry] = journalOf(clusterWith([machine('w-1')], { steps: [ended] })).filter(({ kind }) => kind === 'step');
    expect(entry).toMatchObject({ attempts: 3, startedAt: now, endedAt: now + 50 });
    expect(entry?.phases).toEqual(phases.slice(5));
  });

  test('says why of each step that was blocked, not of the first alone', () => {
    const ids = ['w-1', 'w-2'].map((name) => `cluster/demo/machine/${name}/join`);
    let state = clusterWith([machine('w-1'), machine('w-2')], { steps: ['w-1', 'w-2'].map((name) => step('JoinWorker', { machine: name })) });
    for (const stepId of ids) {
      const evidence = { at: stepId, error: 'KubeadmFailedError', message: `of ${stepId}`, attempts: 3 };
      state = applyReport(state, { stepId, generation: 1, outcome: { kind: 'blocked', evidence }, phases: [], attempts: 3 }, now);
    }
    const evidence = journalOf(state).filter(({ kind }) => kind === 'step').map((entry) => entry.evidence);
    expect(evidence).toEqual([`of ${ids[0]}`, `KubeadmFailedError: of ${ids[1]}`]);
  });

  test('holds who told an operation to stop, and why, beside who began it', () => {
    const accepted = acceptedCluster();
    const cancelled = { actor: 'bob@desk', at: now + 5, reason: 'wrong region' };
    const state = { ...accepted, operations: accepted.operations.map((operation) => ({ ...operation, phase: 'Cancelled' as const, cancelled, endedAt: now + 9 })) };
    expect(journalOf(state).map(({ id, actor, action, reason, outcome }) => ({ id, actor, action, reason, outcome }))).toEqual([
      { id: 'demo-create-1/accepted', actor: 'ada@laptop', action: 'create', reason: '', outcome: 'accepted' },
      { id: 'demo-create-1/cancel', actor: 'bob@desk', action: 'cancel', reason: 'wrong region', outcome: 'accepted' },
      { id: 'demo-create-1/ended', actor: 'ada@laptop', action: 'create', reason: '', outcome: 'cancelled' },
    ]);
  });

  test('of a command says what it changed', () => {
    const accepted = acceptedCluster();
    const changes = Array.from({ length: 45 }, (_, index) => `spec.${index}: 1 → 3`);
    const [entry] = journalOf({ ...accepted, operations: accepted.operations.map((operation) => ({ ...operation, changes })) });
    expect(entry?.changes).toEqual(changes.slice(0, 40));
  });

  test('of an operation that was given up says why', () => {
    const blocked = blockOperation(acceptedCluster(), { at: 'cluster/demo/infrastructure', error: 'Error', message: 'no network', attempts: 8 });
    const ended = { ...blocked, operations: blocked.operations.map((operation) => ({ ...operation, phase: 'Failed' as const, endedAt: now + 9 })) };
    expect(journalOf(ended).at(-1)).toMatchObject({ id: 'demo-create-1/ended', outcome: 'failed', evidence: 'no network', at: now + 9 });
    const resumed = startOperation(blocked, { verb: 'create', actor: 'bob@desk', onFailure: 'block', now: now + 5 });
    expect(journalOf(resumed).find(({ id }) => id === 'demo-create-1/ended')).toMatchObject({ outcome: 'blocked', evidence: 'no network' });
  });
});

describe('what people decided while an operation was Blocked', () => {
  const evidence = { at: 'cluster/demo/machine/w-1/remove: drain', step: 'cluster/demo/machine/w-1/remove', phase: 'drain', error: 'DrainImpossibleError', message: 'two budgets', attempts: 1 };
  const blocked = blockOperation(acceptedCluster(), evidence);

  test('is in the journal, with who and why', () => {
    const resumed = resume(resume(blocked, { at: now + 1, actor: 'bob@desk', how: 'retry' }), { at: now + 2, actor: 'eve@desk', how: 'skip', reason: 'the Pod may go' });
    expect(journalOf(resumed).filter(({ action }) => action.startsWith('resume'))).toMatchObject([
      { id: 'demo-create-1/decision-1', actor: 'bob@desk', action: 'resume --retry', reason: '', at: now + 1 },
      { id: 'demo-create-1/decision-2', actor: 'eve@desk', action: 'resume --skip', reason: 'the Pod may go', at: now + 2 },
    ]);
  });

  test('is one of those that the place allows: what holds data or members cannot be left out', () => {
    expect(decideResume(blocked, { how: 'skip' })).toMatchObject({ action: 'skip', phases: [{ step: evidence.step, phase: 'drain' }] });
    for (const phase of ['etcd member', 'infrastructure', 'kubeadm join']) {
      expect(decideResume(blockOperation(acceptedCluster(), { ...evidence, phase }), { how: 'skip' })).toMatchObject({ action: 'refuse' });
    }
    for (const phase of ['volumes detached', 'Node ready', 'network add-on', 'add-on images', 'add-ons rolled out', 'backup', 'ClusterResourceSet cni']) {
      expect(decideResume(blockOperation(acceptedCluster(), { ...evidence, phase }), { how: 'skip' })).toMatchObject({ action: 'skip', phases: [{ phase }] });
    }
    expect(decideResume(blocked, { how: 'abort' })).toMatchObject({ action: 'refuse', reasons: [expect.stringContaining('delete it to abort')] });
    expect(decideResume(acceptedCluster(), { how: 'retry' })).toMatchObject({ action: 'refuse', reasons: [expect.stringContaining('is not Blocked')] });
  });
});

describe('a removal that runs', () => {
  const removal = step('RemoveMachine', { machine: 'w-1' });
  const removing = clusterWith([machine('cp-1', 'Running'), machine('w-1', 'Deleting')], { steps: [removal, step('JoinWorker', { machine: 'w-2' })] });
  const cut = (running: readonly SkippedPhase[]) => decideResume(removing, { how: 'skip', running });

  test('may be told not to wait for its Pods or volumes', () => {
    for (const phase of ['drain', 'volumes detached']) expect(cut([{ step: removal.id, phase }])).toMatchObject({ action: 'skip', phases: [{ step: removal.id, phase }] });
  });

  test.each([
    [[], /waits for nothing that can be left out; what can: drain, volumes detached/],
    [[{ step: removal.id, phase: 'etcd member' }], /etcd member cannot be left out/],
    [[{ step: 'cluster/demo/machine/w-2/join', phase: 'drain' }], /w-2\/join is no removal that runs/],
    [[{ step: 'cluster/demo/machine/w-9/remove', phase: 'drain' }], /w-9\/remove is no removal that runs/],
  ])('refused: %j', (running, reason) => {
    const decision = cut(running);
    expect(decision.action).toBe('refuse');
    expect(decision.reasons.join()).toMatch(reason);
  });

  test('is at what has begun last and not ended', () => {
    const drain = { name: 'drain', startedAt: now };
    expect(waitToCut({ phases: [{ name: 'cordon', startedAt: now, endedAt: now }, drain] })).toBe('drain');
    expect(waitToCut({ phases: [{ ...drain, endedAt: now }, { name: 'infrastructure', startedAt: now }] })).toBeUndefined();
  });
});

test('ended steps of earlier operations are forgotten once the journal has them, and no sooner', () => {
  const first = finish(acceptedCluster());
  const second = startOperation(first, { verb: 'scale', actor: 'ada@laptop', onFailure: 'block', now });
  expect(forgetJournaled(first, () => true).steps).toHaveLength(first.steps.length);
  expect(forgetJournaled(second, () => false)).toBe(second);
  expect(forgetJournaled(second, () => true).steps).toEqual([]);
  expect(forgetJournaled(second, (id) => id.includes('provision')).steps.map(({ kind }) => kind)).not.toContain('ProvisionMachine');
});
