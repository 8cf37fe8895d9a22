import { describe, expect, test } from 'vitest';
import { clusterConditions } from '../../../../domain/cluster-conditions.ts';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import { unknownObservation, type ClusterObservation } from '../../../../domain/observation.ts';
import { pauseRollout } from '../../../../domain/rollout/pause-rollout.ts';
import { rolloutStatus, type OwnerRollout } from '../../../../domain/rollout/rollout-status.ts';
import { recordHoldUps } from '../../../../domain/plan/hold-ups.ts';
import { planSteps } from '../../../../domain/plan/plan-steps.ts';
import { healthyFacts } from '../../../healthy-facts.ts';
import { machine, now } from '../support/clusters.ts';
import { asking, controlPlaneOwner, madeFrom, poolOwner, rollTo, wholeCluster, withVersion } from './support/rolling.ts';

const older = wholeCluster(3, 2, 'v1.33.13');
const newer = withVersion(older.desired, 'v1.34.4');
const nodesOf = (state: ClusterState, notReady: readonly string[] = []) => {
  const { nodes } = healthyFacts(state.machines);
  if (!nodes.known) throw new Error('these facts are known');
  return { ...nodes, at: now, value: nodes.value.map((node) => (notReady.includes(node.name) ? { ...node, ready: 'False' as const } : node)) };
};
const ownerOf = (state: ClusterState, name: string, notReady: readonly string[] = []): OwnerRollout => {
  const found = rolloutStatus(state, nodesOf(state, notReady)).owners.find((owner) => owner.name === name);
  if (found === undefined) throw new Error(`no owner ${name}`);
  return found;
};

describe('the status of a rollout', () => {
  test('is complete where every Machine is of the template, there, and available', () => {
    expect(rolloutStatus(older, nodesOf(older))).toEqual({
      complete: true,
      waitsFor: [],
      owners: [
        { kind: 'KubeadmControlPlane', name: 'demo-control-plane', version: 'v1.33.13', replicas: 3, updated: 3, outdated: 0, ready: 3, available: 3, complete: true, waitsFor: [] },
        { kind: 'MachineDeployment', name: 'demo-md-0', version: 'v1.33.13', replicas: 2, updated: 2, outdated: 0, ready: 2, available: 2, complete: true, waitsFor: [] },
      ],
    });
  });

  test.each([
    ['a Node is not Ready', older, ['w-2'], ['w-2: its Node is not available']],
    ['a Machine is on its way out', { ...older, machines: older.machines.map((each) => (each.name === 'w-2' ? { ...each, phase: 'Deleting' as const } : each)) }, [], ['w-2 is Deleting']],
    ['a Machine is one too many', { ...older, machines: [...older.machines, ...madeFrom(older.desired, [machine('w-3', 'Bootstrapping')])] }, [], ['w-3 is Bootstrapping']],
  ])('is not complete while %s', (_what, state, notReady, waitsFor) => {
    expect(ownerOf(state, 'demo-md-0', notReady)).toMatchObject({ complete: false, waitsFor });
    expect(rolloutStatus(state, nodesOf(state, notReady)).complete).toBe(false);
  });

  test('takes nothing for Ready that could not be seen', () => {
    const { owners, complete } = rolloutStatus(older, { known: false, reason: 'no answer', at: now });
    expect(complete).toBe(false);
    expect(owners[0]).not.toHaveProperty('ready');
    expect(owners[0]).toMatchObject({ complete: false, waitsFor: ['which Nodes are Ready could not be seen: no answer'] });
  });

  test('names the canary until it is available, and whose turn it is', () => {
    const rolling = rollTo(older, newer);
    expect(ownerOf(rolling, 'demo-md-0')).toMatchObject({ updated: 0, outdated: 2, waitsFor: ['control plane demo-control-plane is replaced first'] });
    const [pool] = older.desired.machineDeployments;
    if (pool === undefined) throw new Error('the sample has no pool');
    const desired = { ...older.desired, machineDeployments: [{ ...pool, minReadySeconds: 60, infrastructure: { ...pool.infrastructure, customImage: 'other:1' } }] };
    const state = rollTo(older, desired);
    const canary = { ...state, machines: [...state.machines, ...madeFrom(desired, [machine('w-3', 'Running')])] };
    expect(ownerOf(canary, 'demo-md-0', ['w-3'])).toMatchObject({ canary: 'w-3', updated: 1, outdated: 2, ready: 2, available: 2 });
    expect(ownerOf(canary, 'demo-md-0')).not.toHaveProperty('canary');
  });

  test('says what the cluster itself still lacks, and what stops it', () => {
    const published = { ...older, published: { config: 'before', addons: 'before', nodes: 'before' } };
    expect(rolloutStatus(published, nodesOf(published))).toMatchObject({ complete: false, waitsFor: [expect.stringContaining("kubeadm's configuration"), expect.stringContaining('CoreDNS'), expect.stringContaining('labels and taints')] });
    const blocked = { ...older, operations: older.operations.map((operation) => ({ ...operation, phase: 'Blocked' as const })) };
    expect(rolloutStatus(blocked, nodesOf(blocked)).waitsFor).toEqual(['operation demo-create-1 is Blocked']);
    const paused = { ...older, paused: { actor: 'ada', at: now, reason: 'maintenance' } };
    expect(rolloutStatus(paused, nodesOf(paused)).waitsFor).toEqual(['cluster demo is paused by ada: maintenance']);
  });
});

const held = (state: ClusterState): ClusterState => recordHoldUps(state, planSteps(state, healthyFacts(state.machines)), now);
const observe = (state: ClusterState): ClusterObservation => ({ ...unknownObservation('not asked', now), nodes: nodesOf(state) });
const conditionsOf = (state: ClusterState, owner: 'controlPlane' | 'pool') => {
  const { controlPlane, machineDeployments } = clusterConditions(state, observe(state));
  const found = owner === 'controlPlane' ? controlPlane : machineDeployments[0];
  return found?.conditions.filter(({ type }) => type.startsWith('Roll')).map(({ type, status, reason }) => `${type} ${status} ${reason}`);
};

describe('conditions of owners', () => {
  const rolling = rollTo(older, newer);

  test.each([
    ['nothing is outdated', older, 'controlPlane', []],
    ['it is under way', rolling, 'controlPlane', ['RollingOut True RollingOut']],
    ['a person has paused it', pauseRollout(rolling, { owner: controlPlaneOwner, paused: true, actor: 'ada', at: now }), 'controlPlane', ['RollingOut True RolloutPaused', 'RolloutPaused True Paused']],
    ['it is paused before anything is outdated', pauseRollout(older, { owner: poolOwner, paused: true, actor: 'ada', at: now }), 'pool', ['RolloutPaused True Paused']],
    ['it waits for approval', held(rollTo(asking(older, 'control-plane'), asking(rolling, 'control-plane').desired)), 'controlPlane', ['RollingOut True WaitingForApproval']],
    ['something else holds it up', { ...rolling, holdUps: [{ subject: 'demo-control-plane', reasons: ['EtcdMemberHealthy: cp-1'], since: now }] }, 'controlPlane', ['RollingOut True HeldUp']],
  ] as const)('%s', (_what, state, owner, expected) => {
    expect(conditionsOf(state, owner)).toEqual(expected);
  });

  test('are no part of what makes an owner Available', () => {
    const paused = pauseRollout(rolling, { owner: controlPlaneOwner, paused: true, actor: 'ada', at: now });
    expect(clusterConditions(paused, observe(paused)).controlPlane.conditions[0]).toEqual(clusterConditions(older, observe(older)).controlPlane.conditions[0]);
  });
});
