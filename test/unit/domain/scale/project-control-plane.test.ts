import { describe, expect, test } from 'vitest';
import { describeMembership } from '../../../../domain/quorum/membership.ts';
import type { ControlPlaneView } from '../../../../domain/quorum/control-plane-view.ts';
import type { ControlPlaneWish } from '../../../../domain/scale/control-plane-plan.ts';
import { projectControlPlane } from '../../../../domain/scale/project-control-plane.ts';
import { controlPlane, dead, member, running, view } from '../quorum/support/control-plane.ts';
import { now } from '../support/clusters.ts';

const led = (count: number): ControlPlaneView =>
  view(running(count), { members: running(count).map(({ name }, index) => member(name, { leader: index === 0 })) });

/** A line each, as a person would write it down. */
function project(observed: ControlPlaneView, wish: Partial<ControlPlaneWish>): readonly string[] {
  const { steps, end } = projectControlPlane(observed, { replicas: 3, failureDomains: [], ...wish });
  const lines = steps.map((step) => {
    const subject = 'machine' in step ? ` ${step.machine}` : 'memberId' in step ? ` ${step.memberId}` : step.action === 'create' && step.failureDomain !== undefined ? ` in ${step.failureDomain}` : '';
    return `${step.action}${subject}${'after' in step ? ` → ${describeMembership(step.after)}` : ''}`;
  });
  return [...lines, end.action === 'done' ? 'done' : `${end.action}: ${end.reasons.join('; ')}`];
}

describe('the sequence that a plan shows', () => {
  test.each<readonly [string, ControlPlaneView, Partial<ControlPlaneWish>, readonly string[]]>([
    ['nothing to do', led(3), {}, ['done']],
    ['1 → 3', led(1), {}, [
      'create', 'create',
      'join (new 1) → 2 voters, quorum 2, tolerates no failure',
      'join (new 2) → 3 voters, quorum 2, tolerates 1 failure',
      'done',
    ]],
    ['1 → 3 over failure domains', view([controlPlane('cp-1', 'Running', { failureDomain: 'a' })], { members: [member('cp-1', { leader: true })] }), { failureDomains: ['a', 'b', 'c'] }, [
      'create in b', 'create in c',
      'join (new 1) → 2 voters, quorum 2, tolerates no failure',
      'join (new 2) → 3 voters, quorum 2, tolerates 1 failure',
      'done',
    ]],
    ['3 → 1, the leader first because it is the oldest', led(3), { replicas: 1 }, [
      'removeMachine cp-1 → 2 voters, quorum 2, tolerates no failure',
      'removeMachine cp-2 → 1 voter, quorum 1, tolerates no failure',
      'done',
    ]],
    ['5 → 3 with two that are dead', view(running(5), { members: [member('cp-1', { leader: true }), dead('cp-2'), member('cp-3'), dead('cp-4'), member('cp-5')] }), {}, [
      'removeMachine cp-2 → 4 voters, 1 of them unhealthy, quorum 3, tolerates no failure',
      'removeMachine cp-4 → 3 voters, quorum 2, tolerates 1 failure',
      'done',
    ]],
    ['one replaced: another comes first', view([controlPlane('cp-1', 'Running', { deletion: { actor: 'ada@laptop', at: now } }), controlPlane('cp-2'), controlPlane('cp-3')], { members: [member('cp-1', { leader: true }), member('cp-2'), member('cp-3')] }), {}, [
      'create',
      'join (new 1) → 4 voters, quorum 3, tolerates 1 failure',
      'removeMachine cp-1 → 3 voters, quorum 2, tolerates 1 failure',
      'done',
    ]],
    ['two replaced: never more than one too many', view(running(3).map((machine, index) => (index < 2 ? { ...machine, deletion: { actor: 'ada@laptop', at: now } } : machine)), { members: [member('cp-1'), member('cp-2'), member('cp-3', { leader: true })] }), {}, [
      'create', 'create',
      'join (new 1) → 4 voters, quorum 3, tolerates 1 failure',
      'removeMachine cp-1 → 3 voters, quorum 2, tolerates 1 failure',
      'join (new 2) → 4 voters, quorum 3, tolerates 1 failure',
      'removeMachine cp-2 → 3 voters, quorum 2, tolerates 1 failure',
      'done',
    ]],
    ['one whose container is gone: it leaves etcd before another joins', view([controlPlane('cp-1'), controlPlane('cp-2', 'Running', { gone: true }), controlPlane('cp-3')], { members: [member('cp-1', { leader: true }), dead('cp-2'), member('cp-3')] }), {}, [
      'create',
      'removeMachine cp-2 → 2 voters, quorum 2, tolerates no failure',
      'join (new 1) → 3 voters, quorum 2, tolerates 1 failure',
      'done',
    ]],
    ['a new cluster', view([]), { mayInitialize: true }, [
      'create', 'create', 'create',
      'initialize (new 1)',
      'join (new 2) → 2 voters, quorum 2, tolerates no failure',
      'join (new 3) → 3 voters, quorum 2, tolerates 1 failure',
      'done',
    ]],
    ['held up from the start', view(running(3), { members: [member('cp-1', { leader: true }), dead('cp-2'), dead('cp-3')] }), { replicas: 5 }, [
      'create', 'create',
      'stop: etcd has lost its majority: 3 voters, 2 of them unhealthy, quorum 2, no majority',
    ]],
    ['a join under way', view([controlPlane('cp-1'), controlPlane('cp-2', 'Bootstrapping')], { members: [member('cp-1', { leader: true })], inFlight: [{ machine: 'cp-2', change: 'add' }] }), {}, [
      'create',
      'join (new 1) → 3 voters, quorum 2, tolerates 1 failure',
      'done',
    ]],
  ])('%s', (_name, observed, wish, lines) => {
    expect(project(observed, wish)).toEqual(lines);
  });
});
