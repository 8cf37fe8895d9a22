import { describe, expect, test } from 'vitest';
import type { ControlPlaneView } from '../../../../domain/quorum/control-plane-view.ts';
import { planControlPlane } from '../../../../domain/scale/plan-control-plane.ts';
import { planRemoval } from '../../../../domain/scale/plan-removal.ts';
import { components, controlPlane, dead, learner, member, running, unstarted, view } from '../quorum/support/control-plane.ts';
import { now } from '../support/clusters.ts';

/** What others paid for, and what is decided here instead; each row is one moment of such a story. */

const next = (observed: ControlPlaneView, replicas: number) => planControlPlane(observed, { replicas, failureDomains: [] }).next;
const free = (observed: ControlPlaneView, replicas: number) => planControlPlane(observed, { replicas, failureDomains: [] }).free;
const actions = (observed: ControlPlaneView, replicas: number) => free(observed, replicas).map(({ action }) => action);
const [cp1, cp2, cp3] = [controlPlane('cp-1'), controlPlane('cp-2'), controlPlane('cp-3')] as const;
const leading = member('cp-1', { leader: true });
const deletion = { actor: 'ada@laptop', at: now };
const joining = (name: string) => [{ machine: name, change: 'add' }] as const;

type Row = readonly [moment: string, observed: ControlPlaneView, replicas: number, decision: object];

describe('while etcd has an alarm', () => {
  const full = member('cp-1', { leader: true, healthy: false, alarms: ['NOSPACE'] });

  test('no Machine is made for it, and whoever waits reads what to do', () => {
    const observed = view([cp1], { members: [full] });
    expect(actions(observed, 3)).toEqual([]);
    expect(next(observed, 3)).toMatchObject({ action: 'wait', reasons: [expect.stringMatching(/cp-1.*alarm NOSPACE.*slipway ssh cp-1.*alarm disarm/)] });
  });

  test('they are made once it is disarmed', () => {
    expect(actions(view([cp1], { members: [leading] }), 3)).toEqual(['create', 'create']);
  });
});

describe('a join that failed leaves its learner behind (CAPI#13221, #13667)', () => {
  const rows: readonly Row[] = [
    ['its Machine is gone: the learner is removed before anything joins', view([cp1, controlPlane('cp-3', 'Provisioned')], { members: [leading, unstarted('cp-2')] }), 3, { action: 'removeMember', memberId: 'id-cp-2' }],
    ['its Machine is there: its join goes on before any other', view([cp1, controlPlane('cp-3', 'Provisioned'), controlPlane('cp-4', 'Bootstrapping')], { members: [leading, unstarted('cp-4')] }), 3, { action: 'join', machine: 'cp-4' }],
    ['its Machine is to go: the learner goes before it', view([cp1, controlPlane('cp-2', 'Bootstrapping', { deletion })], { members: [leading, unstarted('cp-2')] }), 1, { action: 'removeMachine', machine: 'cp-2', stage: 'removeMember' }],
    ['a voter has died meanwhile: the learner goes, then the voter', view([cp1, cp2, controlPlane('cp-3', 'Running', { gone: true }), controlPlane('cp-4', 'Bootstrapping')], { members: [leading, member('cp-2'), dead('cp-3'), unstarted('cp-4')] }), 3, { action: 'removeMember', memberId: 'id-cp-4' }],
  ];
  test.each(rows)('%s', (_moment, observed, replicas, decision) => {
    expect(next(observed, replicas)).toMatchObject(decision);
  });
});

describe('a removal that stopped half-way (CAPI#4365)', () => {
  const rows: readonly Row[] = [
    ['before its member was removed', view([cp1, cp2, controlPlane('cp-3', 'Deleting')], { members: [leading, member('cp-2'), member('cp-3')] }), 1, { action: 'removeMachine', machine: 'cp-3', stage: 'removeMember' }],
    ['after that: the member is not looked for again', view([cp1, cp2, controlPlane('cp-3', 'Deleting')], { members: [leading, member('cp-2')] }), 1, { action: 'removeMachine', machine: 'cp-3', stage: 'deleteMachine' }],
    ['it leads again: the leader is moved again', view([controlPlane('cp-1', 'Deleting'), cp2, cp3], { members: [leading, member('cp-2'), member('cp-3')] }), 1, { action: 'removeMachine', machine: 'cp-1', stage: 'moveLeader' }],
    ['another has died since: nothing is removed', view([cp1, cp2, controlPlane('cp-3', 'Deleting')], { members: [leading, dead('cp-2'), member('cp-3')] }), 3, { action: 'wait' }],
    ['3 → 1 → 3: what was begun is finished, then another joins', view([cp1, cp2, controlPlane('cp-3', 'Deleting'), controlPlane('cp-4', 'Provisioned')], { members: [leading, member('cp-2')] }), 3, { action: 'removeMachine', machine: 'cp-3' }],
  ];
  test.each(rows)('%s', (_moment, observed, replicas, decision) => {
    expect(next(observed, replicas)).toMatchObject(decision);
  });
});

describe("a member's name that is not its Machine's (CAPI#4239)", () => {
  const members = [leading, member('cp-2'), member('cp-3', { name: 'ip-10-0-0-3' })];

  test('its address tells whose it is: it is no stray, and is removed with its Machine', () => {
    expect(next(view(running(3), { members }), 3)).toMatchObject({ action: 'done' });
    expect(next(view([cp1, cp2, controlPlane('cp-3', 'Deleting')], { members }), 1)).toMatchObject({ stage: 'removeMember', after: { voters: 2 } });
  });

  test('where not even the address is known (kind#1689, kind#2045), no voter is touched', () => {
    const strangers = [1, 2, 3].map((index) => member(`cp-${index}`, { name: `old-${index}`, peerUrls: [`https://172.18.0.${index}:2380`] }));
    expect(next(view(running(3), { members: strangers }), 1)).toMatchObject({ action: 'wait', checks: [{ type: 'EtcdMembersMatchMachines', status: 'False' }] });
  });
});

describe('a rollout of one that is taken back seconds later (CAPI#11772)', () => {
  const newer = controlPlane('cp-2', 'Bootstrapping', { outdated: true });
  const rows: readonly Row[] = [
    ['while the new one joins: that ends first', view([cp1, newer], { members: [leading], inFlight: joining('cp-2') }), 1, { action: 'wait', checks: [{ type: 'NoChangeInFlight' }] }],
    ['it has a learner: the learner goes before the Machine', view([cp1, newer], { members: [leading, unstarted('cp-2')] }), 1, { action: 'removeMachine', machine: 'cp-2', stage: 'removeMember', after: { voters: 1 } }],
    ['it votes: its member goes before the Machine', view([cp1, newer], { members: [leading, member('cp-2')] }), 1, { action: 'removeMachine', machine: 'cp-2', stage: 'removeMember', after: { voters: 1 } }],
    ['it leads: the leader is moved first', view([cp1, newer], { members: [member('cp-1'), member('cp-2', { leader: true })] }), 1, { action: 'removeMachine', machine: 'cp-2', stage: 'moveLeader' }],
    ['it votes and has died: nobody tries anything', view([cp1, newer], { members: [member('cp-1', { healthy: false }), dead('cp-2')] }), 1, { action: 'stop', checks: [{ type: 'EtcdHasQuorum', status: 'False' }] }],
  ];
  test.each(rows)('%s', (_moment, observed, replicas, decision) => {
    expect(next(observed, replicas)).toMatchObject(decision);
  });

  test('1 → 3 → 1: it is not done before what kubeadm has not touched has gone', () => {
    const observed = view([cp1, controlPlane('cp-2', 'Provisioned')], { members: [leading] });
    expect(next(observed, 1)).toMatchObject({ action: 'wait', reasons: ['cp-2 is to be taken away first'] });
  });

  test('1 → 3: all are prepared at once, also beside a join; the first that is prepared has its turn', () => {
    const newcomers = [controlPlane('cp-2', 'Provisioned'), controlPlane('cp-3', 'Provisioned', { prepared: true }), controlPlane('cp-4', 'Provisioned')];
    const observed = view([cp1, ...newcomers], { members: [leading] });
    const prepared = [{ action: 'prepare', machine: 'cp-2' }, { action: 'prepare', machine: 'cp-4' }];
    expect(free(observed, 5)).toMatchObject([...prepared, { action: 'create' }]);
    expect(next(observed, 5)).toMatchObject({ action: 'join', machine: 'cp-3' });
    expect(free({ ...observed, inFlight: joining('cp-3') }, 5)).toMatchObject([...prepared, { action: 'create' }]);
    const unprepared = view([cp1, controlPlane('cp-2', 'Provisioned')], { members: [leading] });
    expect(next(unprepared, 3)).toMatchObject({ action: 'wait', reasons: ['cp-2 is prepared first'] });
  });

  test('nothing is prepared where the API cannot be asked, or for a wish that was taken back', () => {
    const both = [cp1, controlPlane('cp-2', 'Provisioned')];
    expect(actions(view(both, { members: [leading] }), 3)).toContain('prepare');
    expect(actions(view(both, { members: [dead('cp-1')] }), 3)).not.toContain('prepare');
    expect(actions(view(both, { etcd: { known: false, reason: 'no answer', at: now } }), 3)).not.toContain('prepare');
    expect(actions(view(both, { members: [leading] }), 1)).toEqual(['discard']);
  });

  test('1 → 3 → 1: what kubeadm has not touched goes at once, even beside a join', () => {
    const observed = view([cp1, controlPlane('cp-2', 'Bootstrapping'), controlPlane('cp-3', 'Provisioned')], { members: [leading], inFlight: joining('cp-2') });
    expect(free(observed, 1)).toMatchObject([{ action: 'discard', machine: 'cp-3' }]);
  });
});

describe('decisions that do not see each other (CAPI#8250)', () => {
  test.each([1, 3, 5])('nothing begins beside a change that runs, whatever is wanted: %i', (replicas) => {
    const observed = view([...running(3), controlPlane('cp-4', 'Provisioned')], { inFlight: [{ machine: 'cp-3', change: 'remove' }] });
    expect(next(observed, replicas)).toMatchObject({ action: 'wait', checks: [{ type: 'NoChangeInFlight', message: 'cp-3 is being removed: one membership change at a time' }] });
  });
});

describe('a voter that goes while its replacement still learns (k0smotron#1481)', () => {
  const old = controlPlane('cp-1', 'Running', { deletion });
  const rows: readonly Row[] = [
    ['the replacement is to be made first', view([old], { members: [leading] }), 1, { action: 'wait' }],
    ['the replacement learns, however old it is', view([old, controlPlane('cp-2', 'Bootstrapping')], { members: [leading, learner('cp-2')] }), 1, { action: 'join', machine: 'cp-2' }],
    ['its member votes, its join has not finished', view([old, controlPlane('cp-2', 'Bootstrapping')], { members: [leading, member('cp-2')] }), 1, { action: 'join', machine: 'cp-2' }],
    ['its API server still starts', view([old, controlPlane('cp-2', 'Joined', { conditions: components({ APIServerPodHealthy: 'False' }) })], { members: [leading, member('cp-2')] }), 1, { action: 'wait' }],
    ['it serves: the old one hands over', view([old, cp2], { members: [leading, member('cp-2')] }), 1, { action: 'removeMachine', machine: 'cp-1', stage: 'moveLeader' }],
    ['another is not well: the old one stays', view([old, cp2, cp3, controlPlane('cp-4', 'Running', { conditions: components({ APIServerPodHealthy: 'False' }) })], { members: [leading, member('cp-2'), member('cp-3'), member('cp-4')] }), 3, { action: 'wait', reasons: ['APIServerPodHealthy: cp-4: APIServerPodHealthy is False'] }],
    ['and goes', view([old, cp2], { members: [member('cp-1'), member('cp-2', { leader: true })] }), 1, { action: 'removeMachine', machine: 'cp-1', stage: 'removeMember', after: { voters: 1, tolerance: 0 } }],
  ];
  test.each(rows)('%s', (_moment, observed, replicas, decision) => {
    expect(next(observed, replicas)).toMatchObject(decision);
  });
});

describe('kubeadm is not atomic', () => {
  test('a member promoted before it started (kubeadm#3287) counts as dead, and its join goes on', () => {
    const early = member('cp-4', { name: '', healthy: false });
    const observed = view([...running(3), controlPlane('cp-4', 'Bootstrapping'), controlPlane('cp-5', 'Provisioned')], { members: [leading, member('cp-2'), member('cp-3'), early] });
    expect(next(observed, 5)).toMatchObject({ action: 'join', machine: 'cp-4', after: { voters: 4, unhealthy: 1, tolerance: 0 } });
    expect(planRemoval(observed, cp1)).toMatchObject({ stage: 'wait' });
  });

  test('a join that is run again keeps its member (kubeadm#2095, #2736)', () => {
    const observed = view([cp1, controlPlane('cp-2', 'Bootstrapping')], { members: [leading, learner('cp-2', { healthy: true })] });
    expect(next(observed, 3)).toMatchObject({ action: 'join', machine: 'cp-2', before: { voters: 1, learners: 1 }, after: { voters: 2, learners: 0 } });
  });
});

describe('faults of reference/faults.md', () => {
  const rows: readonly Row[] = [
    ['F8: a container was removed by force: its member goes before its replacement joins', view([cp1, cp2, controlPlane('cp-3', 'Running', { gone: true }), controlPlane('cp-4', 'Provisioned')], { members: [leading, member('cp-2'), dead('cp-3')] }), 3, { action: 'removeMachine', machine: 'cp-3', stage: 'removeMember' }],
    ['F9: a member is down, then 3 → 1: the dead one first', view(running(3), { members: [leading, member('cp-2'), dead('cp-3')] }), 1, { action: 'removeMachine', machine: 'cp-3', stage: 'removeMember', after: { voters: 2, unhealthy: 0 } }],
    ['F9: a member is down, then 3 → 5: refused with the reason', view([...running(3), controlPlane('cp-4', 'Provisioned')], { members: [leading, member('cp-2'), dead('cp-3')] }), 5, { action: 'wait' }],
    ["F10: the leader's Machine goes: the leader is moved first", view([controlPlane('cp-1', 'Running', { deleteFirst: true }), cp2, cp3], { members: [leading, member('cp-2'), member('cp-3')] }), 1, { action: 'removeMachine', machine: 'cp-1', stage: 'moveLeader' }],
    ['F11: two of three are lost: everything stops', view(running(3), { members: [leading, dead('cp-2'), dead('cp-3')] }), 1, { action: 'stop' }],
    ['F11: all of them are gone: everything stops', view([controlPlane('cp-1', 'Running', { gone: true })], { members: [] }), 1, { action: 'stop' }],
    ['F12: a learner never catches up, and 5 is no longer wanted: it goes, and nobody else', view([...running(3), controlPlane('cp-4', 'Bootstrapping')], { members: [leading, member('cp-2'), member('cp-3'), learner('cp-4', { healthy: true })] }), 3, { action: 'removeMachine', machine: 'cp-4', stage: 'removeMember', after: { voters: 3 } }],
    ['F13: etcd cannot be seen: no voter is removed', view(running(3), { etcd: { known: false, reason: 'ssh: connection refused', at: now } }), 1, { action: 'wait', checks: [{ type: 'EtcdMembersKnown', status: 'Unknown', message: 'ssh: connection refused' }] }],
    ['F14: no space: growth is refused, the alarm named', view([cp1, controlPlane('cp-2', 'Provisioned')], { members: [member('cp-1', { leader: true, alarms: ['NOSPACE'] })] }), 3, { action: 'wait' }],
    ['B1, B2: a number that no quorum wants', view(running(3)), 2, { action: 'stop' }],
    ['nothing to do', view(running(3), { members: [leading, member('cp-2'), member('cp-3')] }), 3, { action: 'done' }],
  ];
  test.each(rows)('%s', (_moment, observed, replicas, decision) => {
    expect(next(observed, replicas)).toMatchObject(decision);
  });

  test('F13: nobody knows who leads: a healthy voter waits for that', () => {
    const observed = view(running(3));
    expect(planRemoval(observed, cp1)).toMatchObject({ stage: 'wait', reasons: ['EtcdLeaderKnown: no member is known to lead'] });
  });
});
