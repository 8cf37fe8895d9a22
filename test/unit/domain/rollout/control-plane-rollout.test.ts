import { describe, expect, test } from 'vitest';
import { APPROVE_BEFORE_ANNOTATION } from '../../../../api/approval-gates.ts';
import type { DesiredCluster } from '../../../../api/desired-cluster.ts';
import { currentOperation, type ClusterState } from '../../../../domain/cluster-state.ts';
import type { Machine } from '../../../../domain/machine.ts';
import type { PlanFacts } from '../../../../domain/plan/plan-facts.ts';
import { planSteps } from '../../../../domain/plan/plan-steps.ts';
import { nameMissingMachines } from '../../../../domain/plan/name-machines.ts';
import { controlPlaneRollout, planBackup, planSurge, planUpdateNodes, planUpgradeAddons, planUploadConfig, targetReplicas } from '../../../../domain/rollout/control-plane-rollout.ts';
import { etcdToBeSeen, recordEtcdVersions, refusedReasons } from '../../../../domain/rollout/etcd-versions.ts';
import { gateReasons, pauseReasons } from '../../../../domain/rollout/hold-rollout.ts';
import { publishedBefore, recordPublished, wantedPublished } from '../../../../domain/rollout/published.ts';
import { outdatedControlPlanes, outdatedWorkers, turnReasons } from '../../../../domain/rollout/rollout-turn.ts';
import { wantedTemplates } from '../../../../domain/rollout/wanted-templates.ts';
import { withheldMachines } from '../../../../domain/rollout/withheld-machines.ts';
import { step } from '../support/clusters.ts';
import { happen, type Happening } from './support/happenings.ts';
import { controlPlane, image, newer, older, pool, upgraded, wanted, withControlPlane, withPools } from './support/wishes.ts';
import { factsOf, worldOf, type World } from './support/world.ts';

const surge0 = { rollout: { maxSurge: 0 } } as const;

/** Three control planes and two workers of the older version, of which the newer one has just been asked; etcd has been looked at. */
function upgrading(facts: Parameters<typeof wanted>[2] = {}, change = upgraded): ClusterState {
  const world = unseen(facts, change);
  return recordEtcdVersions(world.state, factsOf(world).etcd);
}

function unseen(facts: Parameters<typeof wanted>[2] = {}, change = upgraded, etcd?: string): World {
  return happen(worldOf(wanted(3, [{ replicas: 2 }], facts), etcd), { kind: 'want', what: '', desired: change });
}

const also = (state: ClusterState, ...happenings: readonly Happening[]): ClusterState => happenings.reduce((world, happening) => happen(world, happening), { ...worldOf(state.desired), state }).state;
const change = (state: ClusterState, name: string, facts: Partial<Machine>): ClusterState => ({ ...state, machines: state.machines.map((machine) => (machine.name === name ? { ...machine, ...facts } : machine)) });
const without = (state: ClusterState, ...names: readonly string[]): ClusterState => ({ ...state, machines: state.machines.filter(({ name }) => !names.includes(name)) });

/** One more, of what is wanted now. */
function joined(state: ClusterState, name: string, phase: Machine['phase'] = 'Running'): ClusterState {
  const [first] = state.machines;
  if (first === undefined) throw new Error('no Machine');
  const { version, hash } = wantedTemplates(state).controlPlane;
  const machine: Machine = { ...first, role: 'control-plane', owner: controlPlane, name, version, template: hash, phase, address: `172.30.9.${name.slice(3)}`, createdAt: state.createdAt + 9_000_000 };
  return { ...state, machines: [...state.machines, machine] };
}

/** All three replaced. */
const replaced = (state: ClusterState): ClusterState => joined(joined(joined(without(state, 'cp-1', 'cp-2', 'cp-3'), 'cp-4'), 'cp-5'), 'cp-6');
const uploaded = (state: ClusterState): ClusterState => recordPublished(state, { kind: 'UploadConfig', brings: wantedPublished(state.desired, state.desired.controlPlane).config });
const counts = (state: ClusterState) => {
  const rollout = controlPlaneRollout(state);
  return { target: targetReplicas(state, rollout), surge: planSurge(state, rollout)?.count ?? 0 };
};
const upload = (state: ClusterState) => planUploadConfig(state, controlPlaneRollout(state))?.kind;
const turn = (state: ClusterState): readonly string[] => state.desired.machineDeployments.flatMap((deployment) => turnReasons(state, deployment));
const paused = (state: ClusterState): ClusterState => also(state, { kind: 'pause', owner: controlPlane });
const withheld = (state: ClusterState, isBlind: boolean): readonly string[] => [...withheldMachines(state, { isBlind })];
const namesOf = (machines: readonly Machine[]): readonly string[] => machines.map(({ name }) => name);
const tagged = (imageTag: string) => (before: DesiredCluster): DesiredCluster => withControlPlane({ clusterConfiguration: { ...before.controlPlane.clusterConfiguration, etcd: { ...before.controlPlane.clusterConfiguration.etcd, imageTag } } })(before);
const deletion = { actor: 'ada@laptop', at: 0 };

describe('how many control planes there are for now', () => {
  const up = upgrading();
  const none = upgrading(surge0);
  const rest = worldOf(wanted(3, [], surge0)).state;
  test.each<readonly [string, ClusterState, number, number]>([
    ['nothing outdated', worldOf(wanted(3, [])).state, 3, 0],
    ['all outdated: one more is made', up, 3, 1],
    ['it is coming: four are kept, no fifth is made', joined(up, 'cp-4', 'Provisioned'), 4, 0],
    ['it has joined: one is too many', joined(up, 'cp-4', 'Joined'), 3, 0],
    ['an old one is on its way out: no other is made meanwhile', change(joined(up, 'cp-4'), 'cp-1', { phase: 'Deleting' }), 3, 0],
    ['it is gone: the next one is made', without(joined(up, 'cp-4'), 'cp-1'), 3, 1],
    ['one was asked to go: it is dealt with first', change(up, 'cp-1', { deletion }), 3, 0],
    ['paused: none is made', also(up, { kind: 'pause', owner: controlPlane }), 3, 0],
    ['without surge one goes first', none, 2, 0],
    ['without surge: while it goes', change(none, 'cp-1', { phase: 'Deleting' }), 2, 0],
    ['without surge: its successor is coming', joined(without(none, 'cp-1'), 'cp-4', 'Provisioned'), 3, 0],
    ['without surge: it has joined, and the next one goes', joined(without(none, 'cp-1'), 'cp-4'), 2, 0],
    ['without surge and nothing outdated: one that was asked to go makes room for its successor', change(rest, 'cp-1', { deletion }), 2, 0],
    ['without surge: paused', also(none, { kind: 'pause', owner: controlPlane }), 3, 0],
  ])('%s', (_moment, state, target, surge) => {
    expect(counts(state)).toEqual({ target, surge });
  });
});

describe('before a newer etcd joins', () => {
  test.each<readonly [string, ClusterState, readonly string[]]>([
    ['all that is there is looked at', unseen().state, ['cp-1', 'cp-2', 'cp-3']],
    ['once', upgrading(), []],
    ['not where the minor version of Kubernetes and its etcd stay', unseen({}, withControlPlane({ version: 'v1.33.14' })).state, []],
    ['not where only the template changes', unseen({}, withControlPlane(image('b'))).state, []],
    ['also where the tag alone changes', unseen({}, tagged('3.6.5-0')).state, ['cp-1', 'cp-2', 'cp-3']],
    ['not where the tag stays with 3.5', unseen({}, tagged('3.5.40-0')).state, []],
  ])('%s', (_moment, state, names) => {
    expect(namesOf(etcdToBeSeen(state))).toEqual(names);
  });

  test('nothing is begun as long as it is not known', () => {
    const { state } = unseen();
    const rollout = controlPlaneRollout(state);
    expect(rollout).toMatchObject({ outdated: new Map(), needsFacts: true, heldUp: { reasons: expect.arrayContaining([expect.stringContaining('the etcd version of cp-1 is not known')]) } });
    expect([planBackup(state, rollout), upload(state), planSurge(state, rollout)]).toEqual([undefined, undefined, undefined]);
    expect(planSteps(state).action).toBe('observe');
    const silent: PlanFacts = { ...factsOf(unseen()), etcd: { known: false, reason: 'no answer', at: 0 } };
    expect(planSteps(state, silent)).toMatchObject({ action: 'wait', waiting: [{ reasons: [expect.stringContaining('no answer')], recheck: true }] });
  });

  test('one that was made to have a newer 3.5 and has none stops it, and nothing more is made', () => {
    const world = unseen({}, upgraded, '3.5.21');
    const state = recordEtcdVersions(world.state, factsOf(world).etcd);
    expect(wantedTemplates(state).controlPlane).toMatchObject({ version: older, olderEtcd: true });
    const failed = change(joined(without(state, 'cp-1'), 'cp-4'), 'cp-4', { etcd: '3.5.24', createdAt: world.now });
    expect(planSteps(failed, factsOf({ ...world, state: failed }))).toMatchObject({ action: 'stuck', reasons: [expect.stringContaining('cp-4 was made so that members of a newer etcd come first, and has 3.5.24: say which comes, by etcd.local.imageTag')] });
    expect(controlPlaneRollout(failed).outdated.size).toBe(0);
  });

  test('what nothing leads to is refused before anything begins', () => {
    const own = unseen({}, (before) => withControlPlane(image('mine'))(upgraded(before)), '3.5.21');
    expect(refusedReasons(own.state, factsOf(own))).toEqual([expect.stringContaining('customImage mine is an image of what comes after them')]);
    expect(planSteps(recordEtcdVersions(own.state, factsOf(own).etcd), factsOf(own))).toMatchObject({ action: 'stuck', start: [] });
    expect(refusedReasons(unseen({}, upgraded, '3.5.21').state, factsOf(unseen({}, upgraded, '3.5.21')))).toEqual([]);
  });
});

describe('what the cluster itself holds', () => {
  const up = upgrading();

  test('the configuration is uploaded first, once, and again where it was taken back', () => {
    expect(upload(worldOf(wanted(3, [])).state)).toBeUndefined();
    expect(upload(up)).toBe('UploadConfig');
    expect(upload(uploaded(up))).toBeUndefined();
    expect(upload(also(uploaded(up), { kind: 'undo' }))).toBe('UploadConfig');
    expect(upload(also(up, { kind: 'undo' }))).toBeUndefined();
  });

  test('while an upload is under way another is called for, whatever it brings: nothing joins meanwhile', () => {
    expect(upload({ ...uploaded(up), steps: [step('UploadConfig', { brings: 'other' })] })).toBe('UploadConfig');
  });

  test('a rollout that is held uploads nothing, until a repair needs it', () => {
    const held = also(up, { kind: 'pause', owner: controlPlane });
    expect(upload(held)).toBeUndefined();
    expect(upload(joined(without(held, 'cp-1'), 'cp-4', 'Provisioned'))).toBe('UploadConfig');
  });

  test('add-ons follow when the last old control plane is gone', () => {
    expect(planUpgradeAddons(up)).toBeUndefined();
    expect(planUpgradeAddons(uploaded(without(joined(up, 'cp-4'), 'cp-1')))).toBeUndefined();
    const done = uploaded(replaced(up));
    expect(planUpgradeAddons(change(done, 'cp-4', { phase: 'Bootstrapping' }))).toBeUndefined();
    expect(planUpgradeAddons({ ...done, machines: [...done.machines, ...change(up, 'cp-3', { phase: 'Deleting' }).machines.filter(({ phase }) => phase === 'Deleting')] })).toBeUndefined();
    const planned = planUpgradeAddons(done);
    expect(planned?.kind).toBe('UpgradeAddons');
    expect(planUpgradeAddons(recordPublished(done, { kind: 'UpgradeAddons', ...(planned?.brings === undefined ? {} : { brings: planned.brings }) }))).toBeUndefined();
  });

  test('labels go to Nodes at once, but not beside a join that knows the old ones', () => {
    const labels = withPools({ machineMetadata: { labels: { tier: 'gold' }, annotations: {} } });
    const state = upgrading({}, labels);
    expect(planUpdateNodes(state)?.kind).toBe('UpdateNodes');
    expect(outdatedWorkers(state, state.desired.machineDeployments[0]).size).toBe(0);
    const operation = currentOperation(state)?.id ?? '';
    const join = step('JoinWorker', { machine: 'w-1', operation: 'demo-create-1' });
    expect(planUpdateNodes({ ...state, steps: [join] })).toBeUndefined();
    expect(planUpdateNodes({ ...state, steps: [{ ...join, operation }] })?.kind).toBe('UpdateNodes');
  });

  test('a step that brings nothing, or another kind of step, changes nothing', () => {
    expect(recordPublished(up, { kind: 'UploadConfig' })).toBe(up);
    expect(recordPublished(up, { kind: 'RemoveMachine', brings: 'x' })).toBe(up);
    expect(publishedBefore(worldOf(wanted(1, [])).state)).toEqual(wantedPublished(wanted(1, []), wanted(1, []).controlPlane));
  });
});

describe('whose turn it is, and who holds it', () => {
  const up = upgrading();

  test.each<readonly [string, ClusterState, readonly string[]]>([
    ['nothing has changed', worldOf(wanted(3, [{ replicas: 2 }])).state, []],
    ['the control plane first', up, ['control plane demo-control-plane is replaced first']],
    ['then its add-ons', uploaded(replaced(up)), ['the add-ons are upgraded first']],
    ['a paused control plane holds up those that need its version', paused(up), ['control plane demo-control-plane is replaced first']],
    ['and nobody else', paused(upgrading({}, (before) => withPools(image('b'))(withControlPlane({ version: newer })(before)))), []],
  ])('%s', (_moment, state, reasons) => {
    expect(turn(state)).toEqual(reasons);
  });

  test('a pause names who, and holds one owner alone', () => {
    const held = paused(up);
    expect(pauseReasons(held, { role: 'control-plane', name: controlPlane })).toEqual(['its rollout is paused by ada@laptop']);
    expect(pauseReasons(held, { role: 'worker', name: pool })).toEqual([]);
    expect(controlPlaneRollout(held)).toMatchObject({ outdated: new Map(), heldUp: { subject: controlPlane, person: true } });
    expect(outdatedControlPlanes(held).size).toBe(3);
  });

  test('a gate opens for the change that was approved, and for no other', () => {
    const metadata = { labels: {}, annotations: { [APPROVE_BEFORE_ANNOTATION]: 'control-plane' } };
    const gated: ClusterState = { ...up, desired: { ...up.desired, metadata } };
    expect(gateReasons(up, 'control-plane')).toEqual([]);
    expect(gateReasons(gated, 'control-plane')).toEqual([expect.stringContaining('slipway approve cluster/demo --gate control-plane')]);
    expect(gateReasons(gated, 'after-canary')).toEqual([]);
    const approved = also(gated, { kind: 'approve', gate: 'control-plane' });
    expect(gateReasons(approved, 'control-plane')).toEqual([]);
    const other = also(approved, { kind: 'want', what: '', desired: withPools(image('z')) });
    expect(gateReasons(other, 'control-plane')).not.toEqual([]);
    // How many there are is nothing that anybody approves of.
    expect(gateReasons(also(approved, { kind: 'want', what: '', desired: withPools({ replicas: 7 }) }), 'control-plane')).toEqual([]);
  });

  test('a KubeadmControlPlane and a MachineDeployment of one name are two owners', () => {
    const named = worldOf(wanted(1, [{ replicas: 1, name: controlPlane }])).state;
    const state = also(named, { kind: 'want', what: '', desired: withControlPlane(image('b')) });
    expect([...outdatedControlPlanes(state).keys()]).toEqual(['cp-1']);
    expect(outdatedWorkers(state, state.desired.machineDeployments[0]).size).toBe(0);
  });
});

describe('what is not tried again', () => {
  const rolled = upgrading({}, withPools(image('b')));
  const withCanary = (phase: Machine['phase']): ClusterState => change(rolled, 'w-2', { phase });

  test('a failed join of what is outdated; what has not joined waits until Nodes were looked at', () => {
    expect(withheld(withCanary('Joined'), false)).toEqual(['w-2']);
    expect(withheld(withCanary('Provisioned'), false)).toEqual([]);
    expect(withheld(withCanary('Provisioned'), true)).toEqual(['w-2']);
    expect(withheld(rolled, true)).toEqual([]);
  });

  test('where nobody but a person replaces them, joins are tried again', () => {
    const byHand = { ...rolled, desired: withPools({ rollout: { strategy: 'OnDelete' } })(rolled.desired) };
    expect(withheld(change(byHand, 'w-2', { phase: 'Joined' }), false)).toEqual([]);
  });

  test('of too many, none joins before it is known who goes', () => {
    const fewer = upgrading({}, withPools({ replicas: 1 }));
    expect(withheld(change(fewer, 'w-2', { phase: 'Provisioned' }), true)).toEqual(['w-2']);
  });
});

test('a new control plane is placed as if the outdated ones were gone', () => {
  const failureDomains = ['a', 'b', 'c'].map((name) => ({ name, controlPlane: true }));
  const start = happen(worldOf({ ...wanted(3, []), failureDomains }), { kind: 'want', what: '', desired: withControlPlane(image('b')) }).state;
  // cp-4 has taken the place of cp-1 in a: the next one goes to b, although each has one.
  const state = change(joined(without(start, 'cp-1'), 'cp-4'), 'cp-4', { failureDomain: 'a' });
  let count = 0;
  const newUid = (): string => String((count += 1)).padStart(32, '0');
  const request = { desired: state.desired, existing: state.machines, surge: [{ owner: controlPlane, role: 'control-plane' as const, count: 1 }], newUid };
  expect(nameMissingMachines({ ...request, outdated: outdatedControlPlanes(state) })).toMatchObject([{ failureDomain: 'b' }]);
});
