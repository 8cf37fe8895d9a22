import { describe, expect, test } from 'vitest';
import { dateChecks } from '../../../../domain/quorum/date-checks.ts';
import { preflight, type PreflightRequest } from '../../../../domain/quorum/preflight.ts';
import type { ControlPlaneMachine, ControlPlaneView } from '../../../../domain/quorum/control-plane-view.ts';
import { now } from '../support/clusters.ts';
import { components, controlPlane, dead, learner, member, running, unstarted, view } from './support/control-plane.ts';

const cp4 = controlPlane('cp-4', 'Provisioned');
const [cp1, cp2, cp3] = [controlPlane('cp-1'), controlPlane('cp-2'), controlPlane('cp-3')] as const;
const broken = controlPlane('cp-2', 'Running', { conditions: components({ APIServerPodHealthy: 'False' }) });
const up: PreflightRequest = { kind: 'scaleUp', machine: cp4 };
const down: PreflightRequest = { kind: 'scaleDown', machine: cp1 };
const remediate: PreflightRequest = { kind: 'remediate', machine: cp2 };
const unknown = { known: false, reason: 'etcdctl: context deadline exceeded', at: now } as const;

describe('what is asked, in which order', () => {
  test('before growing', () => {
    expect(preflight(view(running(3)), up).checks.map(({ type }) => type)).toEqual([
      'CertificatesAvailable', 'NoMachineDeleting', 'NoChangeInFlight',
      'NodeExists', 'APIServerPodHealthy', 'ControllerManagerPodHealthy', 'SchedulerPodHealthy', 'EtcdPodHealthy',
      'EtcdMembersKnown', 'EtcdHasQuorum', 'EtcdMemberHealthy', 'EtcdMembersMatchMachines', 'EtcdTargetHealthy', 'EtcdAcceptsMember',
    ]);
  });

  test('before shrinking', () => {
    expect(preflight(view(running(3)), down).checks.map(({ type }) => type)).toEqual([
      'NoMachineDeleting', 'NoChangeInFlight', 'MoreThanOneReplica',
      'NodeExists', 'APIServerPodHealthy', 'ControllerManagerPodHealthy', 'SchedulerPodHealthy', 'EtcdPodHealthy',
      'EtcdMembersKnown', 'EtcdHasQuorum', 'EtcdMemberHealthy', 'EtcdMembersMatchMachines', 'EtcdTargetHealthy',
    ]);
  });

  test('before removing one that is broken', () => {
    expect(preflight(view(running(3)), remediate).checks.map(({ type }) => type)).toEqual([
      'NoChangeInFlight', 'MoreThanOneReplica', 'ControlPlaneOperational', 'EtcdMembersKnown', 'EtcdHasQuorum', 'EtcdTargetHealthy',
    ]);
  });
});

describe('may it begin', () => {
  type Row = readonly [name: string, request: PreflightRequest, observed: ControlPlaneView, waitsFor: readonly string[]];
  const rows: readonly Row[] = [
    ['the very first', up, view([]), []],
    ['growth of a healthy one', up, view(running(3)), []],
    ['growth without certificates', up, view(running(1), { certificates: 'False' }), ['CertificatesAvailable']],
    ['growth with certificates nobody could look for', up, view(running(1), { certificates: 'Unknown' }), ['CertificatesAvailable']],
    ['growth beside a deletion', up, view([cp1, cp2, controlPlane('cp-3', 'Deleting')]), ['NoMachineDeleting']],
    ['growth beside another join', up, view(running(3), { inFlight: [{ machine: 'cp-5', change: 'add' }] }), ['NoChangeInFlight']],
    ['its own join, asked again by its step', up, view(running(3), { inFlight: [{ machine: 'cp-4', change: 'add' }] }), []],
    ['growth with an API server down', up, view([cp1, broken, cp3]), ['APIServerPodHealthy']],
    ['growth with a Machine nobody has observed', up, view([cp1, controlPlane('cp-2', 'Running', { conditions: [] })]), ['NodeExists', 'APIServerPodHealthy', 'ControllerManagerPodHealthy', 'SchedulerPodHealthy', 'EtcdPodHealthy']],
    ['growth while the last to join still starts its API server', up, view([cp1, controlPlane('cp-2', 'Joined')]), []],
    ['growth while a Machine waits that has not joined', up, view([cp1, controlPlane('cp-2', 'Provisioned')]), []],
    ['growth with etcd not observed', up, view(running(3), { etcd: unknown }), ['EtcdMembersKnown']],
    ['growth with an empty list', up, view(running(1), { members: [] }), ['EtcdMembersKnown']],
    ['growth with a dead member', up, view(running(3), { members: [member('cp-1'), member('cp-2'), dead('cp-3')] }), ['EtcdMemberHealthy', 'EtcdTargetHealthy', 'EtcdAcceptsMember']],
    ['growth with two of three dead', up, view(running(3), { members: [member('cp-1'), dead('cp-2'), dead('cp-3')] }), ['EtcdHasQuorum']],
    ['growth with an alarm', up, view(running(1), { members: [member('cp-1', { alarms: ['NOSPACE'] })] }), ['EtcdMemberHealthy', 'EtcdTargetHealthy', 'EtcdAcceptsMember']],
    ['growth beside a stray learner', up, view([cp1], { members: [member('cp-1'), unstarted('cp-9')] }), ['EtcdMembersMatchMachines', 'EtcdTargetHealthy', 'EtcdAcceptsMember']],
    ['growth by another etcd', up, { ...view(running(1), { members: [member('cp-1', { version: '3.5.26' })] }), joining: { version: 'v1.34.4' } }, []],
    ['growth by another etcd beside one that is too old for it', up, { ...view(running(1), { members: [member('cp-1', { version: '3.5.25' })] }), joining: { version: 'v1.34.4' } }, ['EtcdUpgradeSafe']],
    ['growth by another etcd beside one of no known version', up, { ...view(running(1), { members: [member('cp-1')] }), joining: { version: 'v1.34.4' } }, ['EtcdUpgradeSafe']],
    ['growth by the same etcd', up, { ...view(running(1), { members: [member('cp-1', { version: '3.5.24' })] }), joining: { version: 'v1.34.4', imageTag: '3.5.24-0' } }, []],
    ['a join begun before, whose own member has not started', up, { ...view([cp1, cp4], { members: [member('cp-1', { version: '3.5.35' }), unstarted('cp-4')] }), joining: { version: 'v1.34.4' } }, []],
    ['growth with a Machine that is no member', up, view([cp1, cp2], { members: [member('cp-1')] }), ['EtcdMemberHealthy', 'EtcdMembersMatchMachines']],
    ['a join that goes on with its own learner', { kind: 'scaleUp', machine: controlPlane('cp-4', 'Bootstrapping') }, view([cp1, controlPlane('cp-4', 'Bootstrapping')], { members: [member('cp-1'), unstarted('cp-4')] }), []],
    ['a replacement beside another that is broken', { kind: 'scaleUp', machine: cp4, replacing: true }, view([cp1, broken]), []],
    ['a replacement with none that serves', { kind: 'scaleUp', machine: cp4, replacing: true }, view([broken]), ['ControlPlaneOperational']],

    ['shrinking a healthy one', down, view(running(3)), []],
    ['shrinking although the one that goes is broken', { kind: 'scaleDown', machine: broken }, view([cp1, broken, cp3]), []],
    ['shrinking while another is broken', down, view([cp1, broken, cp3]), ['APIServerPodHealthy']],
    ['shrinking while the newest still starts', down, view([cp1, cp2, controlPlane('cp-3', 'Joined', { conditions: components({ NodeExists: 'Unknown' }) })]), ['NodeExists']],
    ['shrinking to nothing', down, view([cp1]), ['MoreThanOneReplica', 'EtcdTargetHealthy']],
    ['shrinking while a learner learns', down, view([cp1, cp2, cp3], { members: [member('cp-1'), member('cp-2'), learner('cp-3')] }), ['EtcdMemberHealthy', 'EtcdTargetHealthy']],
    ['shrinking while another dies', down, view(running(3), { members: [member('cp-1'), member('cp-2'), dead('cp-3')] }), ['EtcdMemberHealthy', 'EtcdTargetHealthy']],

    ['removing a dead one', remediate, view(running(3), { members: [member('cp-1'), dead('cp-2'), member('cp-3')] }), []],
    ['removing one although another is dead', remediate, view(running(3), { members: [member('cp-1'), member('cp-2'), dead('cp-3')] }), ['EtcdTargetHealthy']],
    ['removing the only one', remediate, view([cp2]), ['MoreThanOneReplica', 'ControlPlaneOperational', 'EtcdTargetHealthy']],
    ['removing the only one that serves', remediate, view([controlPlane('cp-1', 'Running', { conditions: components({ SchedulerPodHealthy: 'False' }) }), cp2]), ['ControlPlaneOperational']],
    ['removing one whose member is gone already', remediate, view([cp1, cp2], { members: [member('cp-1')] }), []],
    ['removing two of five that are dead, the first', remediate, view(running(5), { members: [member('cp-1'), dead('cp-2'), dead('cp-3'), member('cp-4'), member('cp-5')] }), []],
  ];
  test.each(rows)('%s', (_name, request, observed, waitsFor) => {
    const result = preflight(observed, request);
    expect(result.checks.filter(({ status }) => status !== 'True').map(({ type }) => type)).toEqual(waitsFor);
    expect(result.action).toBe(waitsFor.length === 0 ? 'go' : 'wait');
    expect(result.reasons.length).toBeGreaterThan(0);
  });
});

function nodeExists(machines: readonly ControlPlaneMachine[]) {
  return preflight(view(machines), up).checks.find(({ type }) => type === 'NodeExists');
}

describe('what a check that fails says', () => {
  test('who holds it up', () => {
    expect(preflight(view([cp1, broken, cp3], { members: [member('cp-1'), member('cp-2'), dead('cp-3')] }), up).reasons).toEqual([
      'APIServerPodHealthy: cp-2: APIServerPodHealthy is False',
      'EtcdMemberHealthy: cp-3: its member does not answer',
      'EtcdTargetHealthy: etcd would have 4 voters, 2 of them unhealthy, quorum 3, no majority; member cp-3 is not healthy',
      'EtcdAcceptsMember: member cp-3 is not healthy',
    ]);
  });

  test('Unknown stays Unknown, and False goes before it', () => {
    const unobserved = controlPlane('cp-2', 'Running', { conditions: components({ NodeExists: 'Unknown' }) });
    expect(nodeExists([cp1, unobserved])).toMatchObject({ status: 'Unknown', reason: 'NotObserved', message: 'cp-2: NodeExists is Unknown' });
    expect(nodeExists([controlPlane('cp-1', 'Running', { conditions: components({ NodeExists: 'False' }) }), unobserved])).toMatchObject({
      status: 'False',
      message: 'cp-1: NodeExists is False; cp-2: NodeExists is Unknown',
    });
  });

  test('since when it says so', () => {
    const first = dateChecks(preflight(view([cp1, broken, cp3]), up).checks, { before: [], now: 1000 });
    const second = dateChecks(preflight(view([cp1, cp2, cp3]), up).checks, { before: first, now: 2000 });
    const since = (checks: typeof first, type: string) => checks.find((check) => check.type === type)?.since;
    expect([since(first, 'NodeExists'), since(second, 'NodeExists')]).toEqual([1000, 1000]);
    expect([since(first, 'APIServerPodHealthy'), since(second, 'APIServerPodHealthy')]).toEqual([1000, 2000]);
  });
});
