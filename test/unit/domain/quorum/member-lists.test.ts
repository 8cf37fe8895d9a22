import { expect, test } from 'vitest';
import { findMemberListDifferences } from '../../../../domain/quorum/member-lists.ts';
import type { EtcdMember } from '../../../../domain/quorum/etcd-member.ts';
import { machine } from '../support/clusters.ts';

const member = (name: string, more: Partial<EtcdMember> = {}): EtcdMember => ({ id: `id-${name}`, name, peerUrls: [], learner: false, healthy: true, ...more });
const joining = machine('cp-2', 'Bootstrapping');
const machines = [machine('cp-1', 'Running'), joining, machine('w-1', 'Running')];
const asked = { machines, joining };
const both = [member('cp-1'), member('cp-2')];

test('every list is that of the Machines', () => {
  expect(findMemberListDifferences([{ machine: 'cp-1', members: both }, { machine: 'cp-2', members: both }], asked)).toEqual([]);
});

test('a member that came back to life is in the list of the new etcd alone', () => {
  const lists = [{ machine: 'cp-1', members: both }, { machine: 'cp-2', members: [...both, member('cp-0')] }];
  expect(findMemberListDifferences(lists, asked)).toEqual(['etcd of cp-2 lists member cp-0 (id-cp-0), which no Machine stands behind']);
});

test.each([
  ['not there', [member('cp-1')]],
  ['a learner', [member('cp-1'), member('cp-2', { learner: true })]],
])('the one that has joined must vote in every list: %s', (_name, members) => {
  const lists = [{ machine: 'cp-1', members }, { machine: 'cp-2', members: both }];
  expect(findMemberListDifferences(lists, asked)).toEqual(['etcd of cp-1 does not list cp-2 as a voter']);
});

test('a Machine on its way out may be a member or not', () => {
  const leaving = { machines: [...machines, machine('cp-3', 'Deleting')], joining };
  for (const members of [both, [...both, member('cp-3')]]) expect(findMemberListDifferences([{ machine: 'cp-1', members }], leaving)).toEqual([]);
});
