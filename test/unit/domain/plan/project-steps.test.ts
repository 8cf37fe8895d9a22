import { describe, expect, test } from 'vitest';
import { startOperation } from '../../../../domain/accept-command.ts';
import { acceptScale } from '../../../../domain/change-cluster.ts';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import { decideScale } from '../../../../domain/decide-scale.ts';
import type { Owner } from '../../../../domain/owner.ts';
import { annotateMachine } from '../../../../domain/machine-annotations.ts';
import { nothingObserved } from '../../../../domain/plan/plan-facts.ts';
import { projectSteps } from '../../../../domain/plan/project-steps.ts';
import { healthyFacts } from '../../../healthy-facts.ts';
import { acceptedCluster, now } from '../support/clusters.ts';
import { finish } from '../support/lifecycle.ts';

const who = { actor: 'ada@laptop', onFailure: 'block' as const, changes: [], now };
const pool: Owner = { role: 'worker', name: 'demo-md-0' };
const controlPlane: Owner = { role: 'control-plane', name: 'demo-control-plane' };

function running(controlPlanes: number, workers: number): ClusterState {
  return finish(startOperation(acceptedCluster({ controlPlanes, workers }), { verb: 'create', ...who }));
}

function scaled(state: ClusterState, owner: Owner, replicas: number): ClusterState {
  const decision = decideScale(state, { owner, replicas });
  if (decision.action !== 'scale') throw new Error(decision.reasons.join('; '));
  return acceptScale(state, { owner, desired: decision.desired }, who);
}

const lines = (state: ClusterState): readonly string[] =>
  projectSteps(state, healthyFacts(state.machines)).steps.map(({ kind, machine = '', quorum }) => {
    return `${kind} ${machine}`.trim() + (quorum === undefined ? '' : ` ${quorum.before.voters}→${quorum.after.voters}`);
  });

describe('the steps that a plan shows', () => {
  test('of a new cluster are all that a create takes, a member at a time', () => {
    const { steps, waiting } = projectSteps(startOperation(acceptedCluster({ controlPlanes: 3, workers: 2 }), { verb: 'create', ...who }), nothingObserved);
    expect(waiting).toEqual([]);
    const membership = steps.filter(({ quorum }) => quorum !== undefined);
    expect(membership.map(({ kind }) => kind)).toEqual(['InitControlPlane', 'JoinControlPlane', 'JoinControlPlane']);
    expect(new Set(membership.map(({ round }) => round)).size).toBe(3);
    expect(steps.filter(({ kind }) => kind === 'JoinWorker')).toHaveLength(2);
  });

  test('of more control planes add one voter after the other; of fewer take one away after the other', () => {
    const one = running(1, 0);
    const growth = lines(scaled(one, controlPlane, 5));
    expect(growth.filter((line) => line.startsWith('Join'))).toEqual([1, 2, 3, 4].map((voters) => expect.stringMatching(new RegExp(`\\(new \\d\\) ${voters}→${voters + 1}$`))));
    const shrinking = lines(scaled(running(3, 0), controlPlane, 1));
    expect(shrinking).toEqual([expect.stringMatching(/^RemoveMachine .* 3→2$/), expect.stringMatching(/^RemoveMachine .* 2→1$/)]);
  });

  test('of more control planes prepare all of them side by side, before the first has its turn', () => {
    expect(lines(scaled(running(1, 0), controlPlane, 3)).map((line) => line.replace('demo-control-plane-', ''))).toEqual([
      'ProvisionMachine (new 1)',
      'ProvisionMachine (new 2)',
      'PrepareControlPlane (new 1)',
      'PrepareControlPlane (new 2)',
      'JoinControlPlane (new 1) 1→2',
      'JoinControlPlane (new 2) 2→3',
    ]);
  });

  test('of fewer control planes take from the failure domain with most of them, though others are older', () => {
    const state = running(5, 0);
    const failureDomains = ['a', 'b', 'c'].map((name) => ({ name, controlPlane: true }));
    const domains = ['a', 'b', 'c', 'b', 'b'];
    const spread = { ...state, desired: { ...state.desired, failureDomains }, machines: state.machines.map((machine, index) => ({ ...machine, failureDomain: domains[index] ?? 'a' })) };
    expect(lines(scaled(spread, controlPlane, 3))).toEqual(['RemoveMachine cp-2 5→4', 'RemoveMachine cp-4 4→3']);
  });

  test('of fewer Machines take the one that is marked, until the mark is taken off', () => {
    const mark = 'cluster.x-k8s.io/delete-machine';
    const state = running(3, 3);
    const marked = ['cp-2', 'w-3'].reduce((before, name) => annotateMachine(before, { machine: name, set: { [mark]: '' }, remove: [] }), state);
    expect(lines(scaled(marked, controlPlane, 1))[0]).toBe('RemoveMachine cp-2 3→2');
    expect(lines(scaled(marked, pool, 2))).toEqual(['RemoveMachine w-3']);
    const unmarked = annotateMachine(marked, { machine: 'w-3', set: {}, remove: [mark] });
    expect(lines(scaled(unmarked, pool, 2))).toEqual(lines(scaled(state, pool, 2)));
  });

  test('of more workers are as many as are missing, each with a name of its own', () => {
    const state = scaled(running(1, 1), { role: 'worker', name: 'demo-md-0' }, 40);
    const joins = lines(state).filter((line) => line.startsWith('JoinWorker'));
    expect(new Set(joins).size).toBe(39);
  });

  test('of a cluster whose etcd does not answer are none: the plan says what it waits for', () => {
    const state = scaled(running(3, 0), controlPlane, 1);
    const unknown = { ...healthyFacts(state.machines), etcd: { known: false as const, reason: 'no answer', at: 0 } };
    expect(projectSteps(state, unknown)).toMatchObject({ steps: [], waiting: [{ subject: 'demo-control-plane', reasons: [expect.stringContaining('no answer')] }] });
  });
});
