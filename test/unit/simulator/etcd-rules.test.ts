import { describe, expect, test } from 'vitest';
import { addLearner, moveLeader, promoteLearner, removeMember } from '../../../simulator/rules/reconfigure.ts';
import type { Outcome } from '../../../simulator/rules/outcome.ts';
import { clusterUid as cluster, Drive, runningCluster } from './support/drive.ts';

function refusal(outcome: Outcome<unknown>): string | undefined {
  return outcome.refused?.message;
}

function idOf(drive: Drive, machine: string): string {
  return drive.member(machine)?.id ?? 'none';
}

/** n voters, of which the last `down` are stopped. */
function withDown(voters: number, down: number): Drive {
  const drive = runningCluster(voters);
  for (let index = 0; index < down; index += 1) drive.ask('control/setPower', { cluster, machine: `cp-${voters - index}`, on: false });
  drive.wait(3000);
  return drive;
}

describe('adding a member', () => {
  const table = [
    { voters: 1, down: 0, refused: undefined },
    { voters: 3, down: 0, refused: undefined },
    { voters: 3, down: 1, refused: 'etcdserver: unhealthy cluster' },
    { voters: 3, down: 2, refused: 'etcdserver: request timed out' },
    { voters: 5, down: 1, refused: 'etcdserver: unhealthy cluster' },
  ];
  test.each(table)('$voters voters, $down down: $refused', ({ voters, down, refused }) => {
    const drive = withDown(voters, down);
    drive.addMachine('new', 'control-plane');
    const machine = drive.cluster.machines.at(-1);
    if (machine === undefined) throw new Error('no machine');
    expect(refusal(addLearner(drive.cluster, machine))).toBe(refused);
  });

  test('is refused until all voters have been connected for 5 s', () => {
    const drive = runningCluster(3);
    drive.addMachine('new', 'control-plane');
    const machine = drive.cluster.machines.at(-1);
    if (machine === undefined) throw new Error('no machine');
    drive.ask('control/setPower', { cluster, machine: 'cp-2', on: false });
    drive.wait(100);
    drive.ask('control/setPower', { cluster, machine: 'cp-2', on: true });
    drive.wait(4999);
    expect(refusal(addLearner(drive.cluster, machine))).toBe('etcdserver: unhealthy cluster');
    drive.wait(1);
    expect(refusal(addLearner(drive.cluster, machine))).toBeUndefined();
  });

  test('there is one learner at a time, and one member an address', () => {
    const drive = runningCluster(1);
    drive.addMachine('a', 'control-plane');
    drive.addMachine('b', 'control-plane');
    const [, a, b] = drive.cluster.machines;
    if (a === undefined || b === undefined) throw new Error('no machines');
    const added = addLearner(drive.cluster, a);
    expect(refusal(addLearner(added.cluster, b))).toBe('etcdserver: too many learner members in cluster');
    expect(refusal(addLearner(added.cluster, a))).toBe('etcdserver: Peer URLs already exists');
  });
});

describe('removing a member', () => {
  const table = [
    { voters: 1, down: 0, remove: 'cp-1', refused: 'etcdserver: re-configuration failed due to not enough started members' },
    { voters: 2, down: 0, remove: 'cp-2', refused: undefined },
    { voters: 3, down: 0, remove: 'cp-1', refused: undefined },
    { voters: 3, down: 1, remove: 'cp-1', refused: 'etcdserver: unhealthy cluster' },
    { voters: 3, down: 1, remove: 'cp-3', refused: undefined },
    { voters: 3, down: 2, remove: 'cp-3', refused: 'etcdserver: request timed out' },
    { voters: 5, down: 1, remove: 'cp-1', refused: undefined },
    { voters: 5, down: 2, remove: 'cp-1', refused: 'etcdserver: unhealthy cluster' },
    { voters: 5, down: 2, remove: 'cp-5', refused: undefined },
  ];
  test.each(table)('$remove of $voters voters, $down down: $refused', ({ voters, down, remove, refused }) => {
    const drive = withDown(voters, down);
    const outcome = removeMember(drive.cluster, idOf(drive, remove));
    expect(refusal(outcome)).toBe(refused);
    expect(outcome.cluster.etcd.members).toHaveLength(refused === undefined ? voters - 1 : voters);
  });

  test('its machine serves no longer, and the others elect when it was the leader', () => {
    const drive = runningCluster(3);
    const leader = drive.cluster.machines.find(({ etcd }) => etcd?.memberId === drive.cluster.etcd.leader)?.name ?? '';
    const other = drive.cluster.machines.find(({ name }) => name !== leader)?.name ?? '';
    drive.ask('removeMember', { cluster, machine: other, memberId: idOf(drive, leader) });
    expect(drive.cluster.machines.filter(({ readyz }) => readyz.ok)).toEqual([]);
    drive.wait(2000);
    expect(drive.cluster.machines.filter(({ readyz }) => readyz.ok).map(({ name }) => name)).not.toContain(leader);
    expect(drive.cluster.machines.filter(({ readyz }) => readyz.ok)).toHaveLength(2);
  });

  test('one that is gone already is no error', () => {
    const drive = runningCluster(3);
    expect(drive.ask('removeMember', { cluster, machine: 'cp-1', memberId: 'abc' })).toBeNull();
  });
});

test('every list of members that there was is kept, with how many of the voters were there', () => {
  const drive = runningCluster(1);
  drive.addMachine('new', 'control-plane');
  drive.startKubeadm('new', 'join-control-plane');
  drive.look('new', 'etcd');
  drive.wait(20_000);
  drive.ask('control/setPower', { cluster, machine: 'cp-1', on: false });
  drive.wait(10_000);
  const counts = (drive.cluster.etcd.memberships ?? []).map(({ voters, learners, connected }) => [voters.length, learners.length, connected]);
  expect(counts.slice(-4)).toEqual([[1, 0, 1], [1, 1, 1], [2, 0, 2], [2, 0, 1]]);
});

describe('a learner', () => {
  test('may be promoted from 90 % of the leader\'s log', () => {
    const drive = runningCluster(1);
    drive.addMachine('new', 'control-plane');
    drive.ask('control/setTimes', { cluster, machine: 'new', times: { etcd: 1000, catchUp: 10_000 } });
    drive.startKubeadm('new', 'join-control-plane');
    drive.look('new', 'etcd');
    drive.wait(100);
    const id = idOf(drive, 'new');
    expect(drive.member('new')).toMatchObject({ learner: true, name: '' });
    expect(refusal(promoteLearner(drive.cluster, id))).toMatch(/in sync with leader/);
    drive.wait(900 + 8999);
    expect(drive.member('new')).toMatchObject({ learner: true, name: 'new' });
    expect(refusal(promoteLearner(drive.cluster, id))).toMatch(/in sync with leader/);
    drive.wait(1);
    expect(drive.member('new')).toMatchObject({ learner: false });
  });

  test('that never starts is unhealthy, has no name, and may be removed', () => {
    const drive = runningCluster(3);
    drive.addMachine('new', 'control-plane');
    drive.ask('control/setTimes', { cluster, machine: 'new', times: { etcd: 1e9 } });
    drive.startKubeadm('new', 'join-control-plane');
    drive.look('new', 'etcd');
    drive.wait(1000);
    const id = idOf(drive, 'new');
    expect(drive.ask('listMembers', { cluster, machine: 'cp-1' })).toContainEqual(expect.objectContaining({ id, name: '', learner: true, healthy: false }));
    expect(drive.ask('removeMember', { cluster, machine: 'cp-1', memberId: id })).toBeNull();
    expect(drive.cluster.etcd.members).toHaveLength(3);
  });
});

describe('leader and quorum', () => {
  test('a leader that stops is followed by another within two election time-outs; writes fail meanwhile', () => {
    const drive = runningCluster(3);
    const leader = drive.cluster.machines.find(({ etcd }) => etcd?.memberId === drive.cluster.etcd.leader)?.name ?? '';
    drive.ask('control/setPower', { cluster, machine: leader, on: false });
    expect(drive.ask('control/write', { cluster, key: 'a', value: '1' })).toMatchObject({ name: 'ApiUnreachableError' });
    drive.wait(3000);
    expect(drive.ask('control/write', { cluster, key: 'a', value: '1' })).toEqual({ revision: 1 });
    expect(drive.cluster.etcd.leader).not.toBe(idOf(drive, leader));
  });

  test('without a majority nothing is read, written or changed; with it again, what was written is there', () => {
    const drive = runningCluster(3);
    drive.ask('control/write', { cluster, key: 'a', value: '1' });
    for (const machine of ['cp-1', 'cp-2']) drive.ask('control/setPartitioned', { cluster, machine, partitioned: true });
    drive.wait(60_000);
    expect(drive.ask('control/get', { cluster, key: 'a' })).toMatchObject({ name: 'ApiUnreachableError' });
    expect(drive.ask('listMembers', { cluster, machine: 'cp-3' })).toMatchObject({ name: 'EtcdctlError' });
    drive.ask('control/setPartitioned', { cluster, machine: 'cp-2', partitioned: false });
    drive.wait(4000);
    expect(drive.ask('control/get', { cluster, key: 'a' })).toEqual({ value: '1' });
    expect(drive.ask('listMembers', { cluster, machine: 'cp-1' })).toMatchObject({ name: 'EtcdctlError' });
  });

  test('leadership is handed to a voter that is connected, and to no other', () => {
    const drive = runningCluster(3);
    drive.ask('control/setPower', { cluster, machine: 'cp-3', on: false });
    drive.wait(3000);
    expect(refusal(moveLeader(drive.cluster, idOf(drive, 'cp-3')))).toBe('etcdserver: bad leader transferee');
    const moved = moveLeader(drive.cluster, idOf(drive, 'cp-2'));
    expect(moved.cluster.etcd.leader).toBe(idOf(drive, 'cp-2'));
  });

  test('a NOSPACE alarm refuses writes and is told with its member', () => {
    const drive = runningCluster(1);
    drive.ask('control/setAlarm', { cluster, machine: 'cp-1', alarm: 'NOSPACE', active: true });
    expect(drive.ask('control/write', { cluster, key: 'a', value: '1' })).toMatchObject({ message: expect.stringContaining('database space exceeded') });
    expect(drive.ask('listMembers', { cluster, machine: 'cp-1' })).toMatchObject([{ alarms: ['NOSPACE'], healthy: false }]);
    drive.ask('control/setAlarm', { cluster, machine: 'cp-1', alarm: 'NOSPACE', active: false });
    expect(drive.ask('control/write', { cluster, key: 'a', value: '1' })).toEqual({ revision: 1 });
  });
});
