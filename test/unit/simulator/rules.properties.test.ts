import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasQuorum, isConnected, voters } from '../../../simulator/rules/members.ts';
import { settle } from '../../../simulator/rules/settle.ts';
import { clusterUid as cluster, isRefusal, runningCluster, type Drive } from './support/drive.ts';

/** Anything that may happen to a cluster; `machine` is taken modulo what there is. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), milliseconds: fc.integer({ min: 1, max: 20_000 }) }),
  fc.record({ kind: fc.constant('power' as const), machine: fc.nat(), on: fc.boolean() }),
  fc.record({ kind: fc.constant('partition' as const), machine: fc.nat(), partitioned: fc.boolean() }),
  fc.record({ kind: fc.constant('remove' as const), machine: fc.nat(), via: fc.nat() }),
  fc.record({ kind: fc.constant('lead' as const), machine: fc.nat(), via: fc.nat() }),
  fc.record({ kind: fc.constant('join' as const), slow: fc.boolean() }),
  fc.record({ kind: fc.constant('delete' as const), machine: fc.nat() }),
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const history = fc.record({ voters: fc.constantFrom(1, 3, 5), happenings: fc.array(happening, { maxLength: 25 }) });

function happen(drive: Drive, event: Happening): unknown {
  const controlPlanes = drive.cluster.machines.filter(({ role }) => role === 'control-plane');
  const at = (index: number): string => controlPlanes[index % Math.max(1, controlPlanes.length)]?.name ?? 'none';
  switch (event.kind) {
    case 'wait':
      return drive.wait(event.milliseconds);
    case 'power':
      return drive.ask('control/setPower', { cluster, machine: at(event.machine), on: event.on });
    case 'partition':
      return drive.ask('control/setPartitioned', { cluster, machine: at(event.machine), partitioned: event.partitioned });
    case 'remove':
      return drive.ask('removeMember', { cluster, machine: at(event.via), memberId: drive.member(at(event.machine))?.id ?? 'none' });
    case 'lead':
      return drive.ask('moveLeader', { cluster, machine: at(event.via), memberId: drive.member(at(event.machine))?.id ?? 'none' });
    case 'join': {
      const name = `new-${drive.cluster.etcd.membersEver}-${drive.cluster.machines.length}`;
      drive.addMachine(name, 'control-plane');
      if (event.slow) drive.ask('control/setTimes', { cluster, machine: name, times: { etcd: 3000, catchUp: 8000 } });
      drive.startKubeadm(name, 'join-control-plane');
      drive.look(name, 'etcd');
      return drive.look(name, 'serve');
    }
    case 'delete':
      return drive.ask('deleteMachine', { cluster, machine: at(event.machine), uid: `uid-${at(event.machine)}` });
  }
}

test('there is at most one learner, and one leader, who is a connected voter of a majority', () => {
  fc.assert(
    fc.property(history, ({ voters: count, happenings }) => {
      const drive = runningCluster(count);
      for (const event of happenings) {
        happen(drive, event);
        const { etcd } = drive.cluster;
        expect(etcd.members.filter(({ learner }) => learner).length).toBeLessThanOrEqual(1);
        if (etcd.leader === undefined) continue;
        const leader = voters(drive.cluster).find(({ id }) => id === etcd.leader);
        expect(leader !== undefined && isConnected(drive.cluster, leader)).toBe(true);
        expect(hasQuorum(drive.cluster)).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});

test('no change of membership that is accepted costs the majority', () => {
  let accepted = 0;
  fc.assert(
    fc.property(history, ({ voters: count, happenings }) => {
      const drive = runningCluster(count);
      for (const event of happenings) {
        const before = drive.cluster.etcd.members.length;
        const answer = happen(drive, event);
        if (event.kind !== 'remove' || isRefusal(answer) || drive.cluster.etcd.members.length === before) continue;
        accepted += 1;
        expect(hasQuorum(drive.cluster)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
  // Else the property said nothing.
  expect(accepted).toBeGreaterThan(20);
});

test('time that passes at once brings the same as time that passes bit by bit', () => {
  fc.assert(
    fc.property(history, fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 8 }), ({ voters: count, happenings }, steps) => {
      const drive = runningCluster(count, 1);
      for (const event of happenings) happen(drive, event);
      const until = drive.now + steps.reduce((sum, step) => sum + step, 0);
      const atOnce = settle(drive.cluster, until);
      let now = drive.now;
      const bitByBit = steps.reduce((current, step) => settle(current, (now += step)), drive.cluster);
      expect(bitByBit).toEqual(atOnce);
    }),
    { numRuns: 150 },
  );
});

test('a plain JSON value holds all of it: saved and read again, the same follows', () => {
  fc.assert(
    fc.property(history, ({ voters: count, happenings }) => {
      const drive = runningCluster(count, 1);
      for (const event of happenings) happen(drive, event);
      const copy: typeof drive.cluster = JSON.parse(JSON.stringify(drive.cluster));
      expect(settle(copy, drive.now + 60_000)).toEqual(settle(drive.cluster, drive.now + 60_000));
    }),
    { numRuns: 50 },
  );
});
