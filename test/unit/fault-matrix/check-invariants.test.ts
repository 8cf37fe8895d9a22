import { describe, expect, test } from 'vitest';
import type { ClusterState } from '../../../domain/cluster-state.ts';
import type { JournalEntry } from '../../../domain/journal.ts';
import { checkInvariants } from '../../workflow/fault-matrix/check-invariants.ts';
import type { Snapshot } from '../../workflow/fault-matrix/snapshot.ts';
import { acceptedCluster, machine, now } from '../domain/support/clusters.ts';

/** The checks of the fault matrix find what they are there for. */

const names = ['cp-1', 'cp-2', 'cp-3', 'w-1'];
const controlPlane = names.slice(0, 3);
const step = 'cluster/demo/machine/cp-1/init';
const entry = (id: string, kind: JournalEntry['kind']): JournalEntry => ({ id, kind, at: now, operation: 'demo-create-1', subject: '', action: '', reason: '', outcome: 'done' });

const accepted = acceptedCluster({ controlPlanes: 3, workers: 1 });
const state: ClusterState = {
  ...accepted,
  machines: names.map((name) => machine(name, 'Running')),
  operations: accepted.operations.map((operation) => ({ ...operation, phase: 'Succeeded', endedAt: now })),
};
const operation = state.operations[0]?.id ?? '';

const sound: Snapshot = {
  state,
  expected: { controlPlanes: 3, workers: 1 },
  held: {
    machines: names.map((name) => ({ name, role: '', run: { operation: 'kubeadm-join', ended: { exitCode: 0 } }, earlierRuns: [] })),
    ports: Object.fromEntries([...names, 'apiServer'].map((name, index) => [name, 27_000 + index])),
    nodes: names.map((name) => ({ name, ready: 'True', unschedulable: false, outOfService: false })),
    loadBalancer: { backends: controlPlane.map((name) => ({ name })) },
    etcd: {
      members: controlPlane.map((name) => ({ id: name, name, learner: false })),
      leader: 'cp-1',
      values: { 1: '1', 2: '2' },
      memberships: [
        { voters: ['cp-1'], learners: [], connected: 0 },
        { voters: ['cp-1'], learners: [], connected: 1 },
        { voters: ['cp-1'], learners: ['cp-2'], connected: 1 },
        { voters: ['cp-1', 'cp-2'], learners: [], connected: 2 },
        { voters: ['cp-1', 'cp-2'], learners: ['cp-3'], connected: 2 },
        { voters: ['cp-1', 'cp-2', 'cp-3'], learners: [], connected: 3 },
      ],
    },
  },
  acknowledged: ['1', '2'],
  journal: [entry(`${operation}/accepted`, 'command'), entry(`${operation}/ended`, 'command'), entry(`${operation}/${step}/1`, 'step')],
  stepRuns: new Map([[step, 1]]),
  open: ['cluster/demo'],
};

const { held } = sound;
const etcd = (changes: Partial<Snapshot['held']['etcd']>): Snapshot => ({ ...sound, held: { ...held, etcd: { ...held.etcd, ...changes } } });
const memberships = (...more: Snapshot['held']['etcd']['memberships']): Snapshot => etcd({ memberships: [...held.etcd.memberships, ...more] });

test('a sound cluster has nothing to complain of', () => {
  expect(checkInvariants(sound, 'Done')).toEqual([]);
  expect(checkInvariants({ ...sound, state: { ...state, operations: state.operations.map((one) => ({ ...one, evidence: { at: 'here', error: 'E', message: 'why', attempts: 1 } })) } }, 'Blocked')).toEqual([]);
});

describe('each of these is found', () => {
  const table: readonly [string, RegExp, Snapshot][] = [
    ['a majority that was lost for a moment', /majority.*1 of 3/, memberships({ voters: controlPlane, learners: [], connected: 1 }, { voters: controlPlane, learners: [], connected: 3 })],
    ['a voter removed while another learns', /one change/, memberships({ voters: controlPlane, learners: ['x'], connected: 3 }, { voters: ['cp-1', 'cp-2'], learners: ['x'], connected: 2 })],
    ['two learners', /one change/, memberships({ voters: controlPlane, learners: ['x'], connected: 3 }, { voters: controlPlane, learners: ['x', 'y'], connected: 3 })],
    ['two voters that left at once', /one change/, memberships({ voters: ['cp-1'], learners: [], connected: 1 })],
    ['a write that was lost', /acknowledged write is lost: 2/, etcd({ values: { 1: '1' } })],
    ['a Machine without infrastructure', /w-1 is not in infrastructure/, { ...sound, held: { ...held, machines: held.machines.slice(0, 3) } }],
    ['infrastructure of no Machine', /left is not in Machines/, { ...sound, held: { ...held, machines: [...held.machines, { name: 'left', role: '', earlierRuns: [] }] } }],
    ['a Node that is there twice', /there twice: w-1/, { ...sound, held: { ...held, nodes: [...held.nodes, ...held.nodes.slice(3)] } }],
    ['a Node that takes no Pods', /each Node is Ready.*w-1/, { ...sound, held: { ...held, nodes: held.nodes.map((node) => ({ ...node, unschedulable: node.name === 'w-1' })) } }],
    ['a member that is no Machine', /ghost is not in Machines/, etcd({ members: [...held.etcd.members, { id: 'g', name: 'ghost', learner: false }] })],
    ['an even number of voters', /number of voters is odd: 2/, etcd({ members: held.etcd.members.slice(0, 2) })],
    ['a learner', /nobody is a learner/, etcd({ members: held.etcd.members.map((member) => ({ ...member, learner: member.name === 'cp-3' })) })],
    ['a backend that is gone', /cp-3 is not in backends/, { ...sound, held: { ...held, loadBalancer: { backends: controlPlane.slice(0, 2).map((name) => ({ name })) } } }],
    ['a kubeadm that failed', /kubeadm-join ended with 1/, { ...sound, held: { ...held, machines: held.machines.map((one) => ({ ...one, run: { operation: 'kubeadm-join', ended: { exitCode: 1 } } })) } }],
    ['a port that nobody has', /w-1 is not in ports/, { ...sound, held: { ...held, ports: Object.fromEntries(Object.entries(held.ports).filter(([name]) => name !== 'w-1')) } }],
    ['a step without an entry', /journal has each step.*run 2 times, 1 entries/, { ...sound, stepRuns: new Map([[step, 2]]) }],
    ['an operation without its end', /journal has each operation/, { ...sound, journal: sound.journal.filter(({ id }) => !id.endsWith('/ended')) }],
    ['a step that goes on', /no step is left open/, { ...sound, open: [...sound.open, step] }],
    ['a cluster that nobody keeps', /one workflow: cluster\/demo is not in open/, { ...sound, open: [] }],
    ['a Machine too few', /as many Machines as wanted/, { ...sound, expected: { controlPlanes: 3, workers: 2 } }],
  ];
  test.each(table)('%s', (_what, said, seen) => {
    expect(checkInvariants(seen, 'Done')).toContainEqual(expect.stringMatching(said));
  });

  test('while Blocked: that nothing says why', () => {
    expect(checkInvariants(sound, 'Blocked')).toContainEqual(expect.stringContaining('what stopped it is named'));
  });
});
