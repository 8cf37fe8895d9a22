import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import { acceptApply, acceptReplace, agreedOnResume } from '../../../../domain/change-cluster.ts';
import { mergeApply } from '../../../../domain/merge-apply.ts';
import { currentOperation } from '../../../../domain/cluster-state.ts';
import { blockOperation } from '../../../../domain/update-state.ts';
import type { Observed } from '../../../../domain/observation.ts';
import { nothingObserved, type PlanFacts } from '../../../../domain/plan/plan-facts.ts';
import { projectFacts } from '../../../../domain/plan/project-facts.ts';
import { projectSteps } from '../../../../domain/plan/project-steps.ts';
import { followPlan, planChanged } from '../../../../domain/rollout/follow-plan.ts';
import { compareOrders, describeAgreed, orderOf } from '../../../../domain/rollout/plan-order.ts';
import { wantedPublished } from '../../../../domain/rollout/published.ts';
import { wantedTemplates } from '../../../../domain/rollout/wanted-templates.ts';
import { clusterWith, machine, now } from '../support/clusters.ts';

const names = ['cp-1', 'cp-2', 'cp-3', 'w-1', 'w-2'];

/** Three control planes and two workers of v1.33.13 that are to become v1.34.4. */
function upgrading(): ClusterState {
  const old = names.map((name) => machine(name, 'Running', { version: 'v1.33.13', createdAt: now }));
  const state = clusterWith(old, { addonsReady: true, phase: 'Provisioned' });
  const succeeded = { ...state, operations: state.operations.map((operation) => ({ ...operation, phase: 'Succeeded' as const })) };
  const before = { ...succeeded, desired: withVersion(state.desired, 'v1.33.13') };
  const merged = mergeApply({ current: before.desired, overrides: [], manifest: withVersion(state.desired, 'v1.34.4') });
  return acceptApply(before, merged, { actor: 'ada', onFailure: 'block', changes: [], now });
}

function withVersion(desired: ClusterState['desired'], version: string): ClusterState['desired'] {
  const machineDeployments = desired.machineDeployments.map((deployment) => ({ ...deployment, version }));
  return { ...desired, controlPlane: { ...desired.controlPlane, version }, machineDeployments };
}

/** Everything is there and well. */
function healthyFacts(state: ClusterState) {
  return projectFacts(nothingObserved, { before: { ...state, machines: [] }, now: state });
}

function changed<Fact>(observed: Observed<readonly Fact[]>, is: (fact: Fact) => boolean, change: Partial<Fact>): Observed<readonly Fact[]> {
  return observed.known ? { ...observed, value: observed.value.map((fact) => (is(fact) ? { ...fact, ...change } : fact)) } : observed;
}

const pods = (...of: readonly string[]) => (facts: PlanFacts): PlanFacts => ({ ...facts, components: changed(facts.components, (found) => of.includes(found.machine), { healthy: false, message: 'it starts' }) });
const nodes = (...of: readonly string[]) => (facts: PlanFacts): PlanFacts => ({ ...facts, nodes: changed(facts.nodes, ({ name }) => of.includes(name), { ready: 'False' }) });
const off = (of: string) => (facts: PlanFacts): PlanFacts => pods(of)({ ...facts, infrastructure: changed(facts.infrastructure, ({ name }) => name === of, { state: 'stopped' }) });
const members = (change: { readonly healthy?: false; readonly learner?: true }, ...of: readonly string[]) => (facts: PlanFacts): PlanFacts => ({ ...facts, etcd: changed(facts.etcd, ({ name }) => of.includes(name), change) });
const silent = (fact: 'etcd' | 'nodes' | 'components') => (facts: PlanFacts): PlanFacts => ({ ...facts, [fact]: { known: false, reason: 'no answer', at: 0 } });

function hash(of: ClusterState): string {
  return orderOf(of.desired, projectSteps(of, healthyFacts(of)).steps).hash;
}

const wish = { actor: 'grace', onFailure: 'block', changes: [], now } as const;
const removalOf = (name: string) => [{ kind: 'RemoveMachine', machine: name, reasons: [] }] as const;
const uploading = [{ kind: 'UploadConfig', brings: 'x', reasons: [] }] as const;
const agreedTo = (): ClusterState => {
  const state = upgrading();
  const plan = orderOf(state.desired, projectSteps(state, healthyFacts(state)).steps);
  return { ...state, operations: state.operations.map((each) => (each === currentOperation(state) ? { ...each, plan: { ...plan, checked: true } } : each)) };
};
const followed = (state: ClusterState, start: Parameters<typeof followPlan>[1]): ClusterState => {
  const result = followPlan(state, start);
  if (result.action !== 'follow') throw new Error(result.reasons.join('; '));
  return result.state;
};
const left = (state: ClusterState, lane: string) => currentOperation(state)?.plan?.lanes[lane]?.filter(({ kind }) => kind === 'RemoveMachine').length;

describe('The order of a plan', () => {
  test('of an upgrade: configuration, control planes one by one, add-ons, workers', async () => {
    const state = upgrading();
    const { steps, waiting } = projectSteps(state, healthyFacts(state));
    expect(waiting).toEqual([]);
    const lanes = Object.entries(orderOf(state.desired, steps).lanes).map(([lane, agreed]) => [lane, agreed.map(describeAgreed)]);
    await expect(`${JSON.stringify(Object.fromEntries(lanes), undefined, 2)}\n`).toMatchFileSnapshot('../../../golden/domain/rollout/order-3-2.json');
  });

  test('has one hash, whatever the Machines are called', () => {
    const state = upgrading();
    const other = { ...state, machines: state.machines.map((each) => ({ ...each, name: each.name.replace('-', '-x-') })) };
    expect(hash(other)).toBe(hash(state));
    expect(hash({ ...state, machines: state.machines.slice(1) })).not.toBe(hash(state));
  });

  describe('goes on past what comes by waiting, which is said beside it and is no part of its hash', () => {
    test.for<readonly [name: string, seen: (facts: PlanFacts) => PlanFacts, waits: readonly string[]]>([
      ['nothing', (facts) => facts, []],
      ['static Pods of one Machine', pods('cp-2'), ['demo-control-plane: APIServerPodHealthy: cp-2: it starts']],
      ['static Pods of all', pods('cp-1', 'cp-2', 'cp-3'), ['demo-control-plane: APIServerPodHealthy: cp-1: it starts; cp-2: it starts; cp-3: it starts']],
    ])('%s', ([, seen, waits]) => {
      const state = upgrading();
      const projected = projectSteps(state, seen(healthyFacts(state)));
      expect(projected.waiting).toEqual([]);
      expect((projected.waits ?? []).map(({ subject, reasons }) => `${subject}: ${reasons[0]}`)).toEqual(waits);
      expect(orderOf(state.desired, projected.steps).hash).toBe(hash(state));
    });

    test.for<readonly [name: string, seen: (facts: PlanFacts) => PlanFacts, waiting: string]>([
      ['a majority that is lost', members({ healthy: false }, 'cp-1', 'cp-2'), 'etcd has lost its majority'],
      ['a member that does not answer', members({ healthy: false }, 'cp-3'), 'EtcdMemberHealthy: cp-3: its member does not answer'],
      ['a learner', members({ learner: true }, 'cp-3'), 'its member is still a learner'],
      ['etcd that is not known', silent('etcd'), 'no answer'],
      ['static Pods that are not known', silent('components'), 'no answer'],
      ['a Machine that is off', off('cp-2'), 'cp-2: it starts'],
    ])('but not past %s', ([, seen, waiting]) => {
      const state = upgrading();
      const projected = projectSteps(state, seen(healthyFacts(state)));
      expect(projected.steps.filter(({ kind }) => kind !== 'TakeBackup' && kind !== 'UploadConfig')).toEqual([]);
      expect(projected.waits).toBeUndefined();
      expect(projected.waiting.flatMap(({ reasons }) => reasons).join('; ')).toContain(waiting);
    });

    test('a pool whose first new Machine is not available yet', () => {
      const state = upgrading();
      const machines = state.machines.map((each) => (each.role === 'control-plane' ? { ...each, version: 'v1.34.4' } : each));
      const template = wantedTemplates({ ...state, machines }).workers.get('demo-md-0')?.hash ?? '';
      const canary = machine('w-9', 'Running', { version: 'v1.34.4', template, createdAt: now });
      const rolling = { ...state, published: wantedPublished(state.desired, state.desired.controlPlane), machines: [...machines, canary] };
      const projected = projectSteps(rolling, nodes('w-9')(healthyFacts(rolling)));
      expect(projected).toMatchObject({ waiting: [], waits: [{ subject: 'demo-md-0', reasons: ['w-9, the first of the new template, is not available yet'] }] });
      expect(orderOf(rolling.desired, projected.steps).hash).toBe(hash(rolling));
    });

    test('whatever of the control plane has only just started: the order is the same', () => {
      const state = upgrading();
      const agreed = hash(state);
      const some = fc.subarray(['cp-1', 'cp-2', 'cp-3']);
      const check = fc.property(some, some, (starting, unready) => {
        const { steps, waiting } = projectSteps(state, nodes(...unready)(pods(...starting)(healthyFacts(state))));
        expect(waiting).toEqual([]);
        expect(orderOf(state.desired, steps).hash).toBe(agreed);
      });
      fc.assert(check, { numRuns: 64 });
    });
  });

  test('that has changed says where the two part', () => {
    const join = { kind: 'JoinWorker', change: 'none → b' } as const;
    const removal = { kind: 'RemoveMachine', change: 'a → none' } as const;
    const other = { kind: 'RemoveMachine', change: 'c → none' } as const;
    expect(compareOrders({ md: [join, removal], cp: [other] }, { md: [join, other], cp: [other] })).toEqual(['md, step 2: agreed was RemoveMachine a → none; now it would be RemoveMachine c → none']);
    expect(compareOrders({ md: [join] }, { md: [join] })).toEqual([]);
    expect(compareOrders({ md: [{ kind: 'UploadConfig', change: '' }] }, {})).toEqual(['md, step 1: agreed was UploadConfig; now it would be nothing more']);
  });

  test('is followed step by step, and nothing else is started', () => {
    const state = upgrading();
    const { steps } = projectSteps(state, healthyFacts(state));
    const agreed: ClusterState = { ...state, operations: state.operations.map((each) => (each === currentOperation(state) ? { ...each, plan: orderOf(state.desired, steps) } : each)) };
    const upload = steps.find(({ kind }) => kind === 'UploadConfig');
    expect(upload).toBeDefined();
    const first = followPlan(agreed, [{ kind: 'UploadConfig', brings: 'x', reasons: [] }]);
    expect(first.action).toBe('follow');
    expect(followPlan(agreed, [{ kind: 'RemoveMachine', machine: 'cp-1', reasons: [] }])).toMatchObject({ action: 'stop' });
    const repaired = { ...agreed, machines: agreed.machines.map((each) => (each.name === 'cp-1' ? { ...each, deletion: { actor: 'ada', at: now } } : each)) };
    expect(followPlan(repaired, [{ kind: 'RemoveMachine', machine: 'cp-1', reasons: [] }]).action).toBe('follow');
  });

  describe('that was agreed to holds while a Machine is replaced in between', () => {
    test('the new operation has what is left of it', () => {
      const begun = followed(agreedTo(), uploading);
      const replacing = acceptReplace(begun, 'w-1', wish);
      expect(currentOperation(replacing)).toMatchObject({ verb: 'replace', plan: currentOperation(begun)?.plan });
      expect(followPlan(replacing, [{ kind: 'UpgradeAddons', reasons: [] }])).toMatchObject({ action: 'stop', reasons: [expect.stringMatching(/agreed was RemoveMachine .*now it would be UpgradeAddons/)] });
    });

    test('a Machine that is just what would go next counts as that; one more that goes is let through', () => {
      const lane = 'machinedeployment/demo-md-0';
      const replacing = acceptReplace(followed(agreedTo(), uploading), 'w-1', wish);
      // Until the control plane is newer another of the old version comes in its place, which is to go still.
      expect(left(followed(replacing, removalOf('w-1')), lane)).toBe(2);
      const behind = { ...replacing, machines: replacing.machines.map((each) => (each.role === 'control-plane' ? { ...each, version: 'v1.34.4' } : each)) };
      expect(left(followed(behind, removalOf('w-1')), lane)).toBe(1);
      const member = acceptReplace(replacing, 'cp-1', wish);
      expect(left(followed(member, removalOf('cp-1')), 'kubeadmcontrolplane/demo-control-plane')).toBe(3);
    });

    test('what the operation before has begun may be tried again', () => {
      const replacing = acceptReplace(followed(agreedTo(), uploading), 'w-1', wish);
      expect(followPlan(replacing, uploading).action).toBe('follow');
    });

    test('nobody is held to what is done, and an apply that goes on with what is Blocked is held as --retry is', () => {
      const state = agreedTo();
      const done = { ...state, operations: state.operations.map((each) => ({ ...each, phase: 'Succeeded' as const })) };
      expect(currentOperation(acceptReplace(done, 'w-1', wish))?.plan).toBeUndefined();
      expect(agreedOnResume(blockOperation(state, { at: 'w-1', error: 'E', message: 'm', attempts: 1 }))).toEqual(currentOperation(state)?.plan);
      expect(agreedOnResume(blockOperation(state, planChanged('demo', ['x'])))).toBeUndefined();
    });
  });
});
