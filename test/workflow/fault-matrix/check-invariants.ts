import { currentOperation } from '../../../domain/cluster-state.ts';
import type { Snapshot } from './snapshot.ts';

type Invariant = (seen: Snapshot) => readonly string[];
type Membership = Snapshot['held']['etcd']['memberships'][number];

/** Whatever is under way, and whatever was struck. */
const always: Readonly<Record<string, Invariant>> = {
  'a majority of the voters was connected at all times': ({ held }) => {
    const hadQuorum = held.etcd.memberships.findIndex(hasQuorum);
    const lost = hadQuorum < 0 ? [] : held.etcd.memberships.slice(hadQuorum).filter((entry) => !hasQuorum(entry));
    return lost.map(({ voters, connected }) => `${connected} of ${voters.length} voters`);
  },
  'one change of membership at a time: a learner that was begun with is promoted or removed first': ({ held }) =>
    held.etcd.memberships.flatMap((entry, index, all) => {
      const before = all[index - 1];
      return before === undefined || isOneChange(before, entry) ? [] : [`${describe(before)} → ${describe(entry)}`];
    }),
  'no acknowledged write is lost': ({ held, acknowledged }) => acknowledged.filter((key) => held.etcd.values[key] !== key),
  'no Machine and no Node is there twice': ({ held }) => [...duplicates(held.machines.map(({ name }) => name)), ...duplicates(held.nodes.map(({ name }) => name))],
  'the control plane is written to by one workflow': ({ state, open }) => difference(['the entity', [`cluster/${state.identity.name}`]], ['open', open.filter((id) => !id.slice('cluster/'.length).includes('/'))]),
};

/** Once an operation has ended. */
const whenDone: Readonly<Record<string, Invariant>> = {
  'the operation succeeded': ({ state }) => (currentOperation(state)?.phase === 'Succeeded' ? [] : [JSON.stringify(currentOperation(state))]),
  'there are as many Machines as wanted, all Running': ({ state, expected }) => {
    const count = (role: string): number => state.machines.filter((machine) => machine.role === role).length;
    const counted = { controlPlanes: count('control-plane'), workers: count('worker') };
    const odd = JSON.stringify(counted) === JSON.stringify(expected) ? [] : [`${JSON.stringify(counted)} instead of ${JSON.stringify(expected)}`];
    return [...odd, ...state.machines.filter(({ phase }) => phase !== 'Running').map(({ name, phase }) => `${name} is ${phase}`)];
  },
  'infrastructure is that of the Machines, and no other': ({ state, held }) =>
    difference(['Machines', state.machines.map(({ name }) => name)], ['infrastructure', held.machines.map(({ name }) => name)]),
  'ports are those of the Machines and of the API': ({ state, held }) =>
    difference(['Machines', [...state.machines.map(({ name }) => name), 'apiServer']], ['ports', Object.keys(held.ports)]),
  'Nodes are those of the Machines': ({ state, held }) => difference(['Machines', state.machines.map(({ name }) => name)], ['Nodes', held.nodes.map(({ name }) => name)]),
  'each Node is Ready and takes Pods': ({ held }) =>
    held.nodes.filter(({ ready, unschedulable, outOfService }) => ready !== 'True' || unschedulable || outOfService).map((node) => JSON.stringify(node)),
  "etcd's members are the control-plane Machines": ({ state, held }) => difference(['Machines', controlPlane(state)], ['members', held.etcd.members.map(({ name }) => name)]),
  'nobody is a learner': ({ held }) => held.etcd.members.filter(({ learner }) => learner).map(({ name, id }) => `${name} ${id}`),
  'the number of voters is odd': ({ held }) => (held.etcd.members.length % 2 === 1 ? [] : [String(held.etcd.members.length)]),
  'the load balancer knows the control-plane Machines': ({ state, held }) =>
    difference(['Machines', controlPlane(state)], ['backends', (held.loadBalancer?.backends ?? []).map(({ name }) => name)]),
  'each kubeadm that was not undone ended well': ({ held }) =>
    held.machines.flatMap(({ name, run, earlierRuns }) =>
      [...earlierRuns, ...(run === undefined ? [] : [run])]
        .filter((one) => !('undone' in one && one.undone === true) && one.ended?.exitCode !== 0)
        .map(({ operation, ended }) => `${name}: ${operation} ended with ${ended?.exitCode}`),
    ),
  'the journal has each operation, with its end': ({ state, journal }) => {
    const ids = new Set(journal.map(({ id }) => id));
    return state.operations.flatMap(({ id }) => [`${id}/accepted`, `${id}/ended`]).filter((id) => !ids.has(id));
  },
  'the journal has each step that Temporal ran, as often': ({ journal, stepRuns }) => {
    const told = new Map<string, number>();
    for (const { kind, id } of journal) {
      const step = id.split('/').slice(1, -1).join('/');
      if (kind === 'step') told.set(step, (told.get(step) ?? 0) + 1);
    }
    const steps = [...new Set([...told.keys(), ...stepRuns.keys()])];
    return steps.filter((step) => told.get(step) !== stepRuns.get(step)).map((step) => `${step}: run ${stepRuns.get(step) ?? 0} times, ${told.get(step) ?? 0} entries`);
  },
  'no step is left open': ({ open, state }) => open.filter((id) => id !== `cluster/${state.identity.name}`),
};

/** While an operation waits for a person. */
const whenBlocked: Readonly<Record<string, Invariant>> = {
  'what stopped it is named': ({ state }) => {
    const evidence = currentOperation(state)?.evidence;
    return evidence === undefined || evidence.at === '' || evidence.message === '' ? [JSON.stringify(currentOperation(state))] : [];
  },
  'etcd answers': ({ held }) => (held.etcd.memberships.length === 0 || held.etcd.leader !== undefined ? [] : ['no leader']),
};

/**
 * What must be true of a cluster, however rough its way was: a line for each thing that is not. `Done`:
 * nothing is under way, all of it; `Blocked`: what no failure may cost, and that the rest is told.
 */
export function checkInvariants(seen: Snapshot, when: 'Done' | 'Blocked'): readonly string[] {
  const invariants = { ...always, ...(when === 'Done' ? whenDone : whenBlocked) };
  return Object.entries(invariants).flatMap(([name, violations]) => violations(seen).map((violation) => `${name}: ${violation}`));
}

function hasQuorum({ voters, connected }: Membership): boolean {
  return voters.length > 0 && connected > voters.length / 2;
}

/** A member more or less; of two that come or go at once, one is the learner that becomes a voter. */
function isOneChange(before: Membership, after: Membership): boolean {
  const voters = changes(before.voters, after.voters);
  const learners = changes(before.learners, after.learners);
  if (voters.length + learners.length === 0) return true;
  if (after.learners.length > 1) return false;
  const isPromotion = voters.length === 1 && learners.length === 1 && voters[0] === learners[0] && after.voters.length > before.voters.length;
  if (voters.length + learners.length > 1) return isPromotion;
  return voters.length === 0 || before.learners.length === 0;
}

function changes(before: readonly string[], after: readonly string[]): readonly string[] {
  return [...before.filter((id) => !after.includes(id)), ...after.filter((id) => !before.includes(id))];
}

function describe({ voters, learners }: Membership): string {
  return `voters ${voters.join(' ')}${learners.length === 0 ? '' : `, learners ${learners.join(' ')}`}`;
}

function controlPlane({ machines }: Snapshot['state']): readonly string[] {
  return machines.filter(({ role }) => role === 'control-plane').map(({ name }) => name);
}

function duplicates(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

function difference([wantedAs, wanted]: readonly [string, readonly string[]], [foundAs, found]: readonly [string, readonly string[]]): readonly string[] {
  return [
    ...wanted.filter((name) => !found.includes(name)).map((name) => `${name} is not in ${foundAs}`),
    ...found.filter((name) => !wanted.includes(name)).map((name) => `${name} is not in ${wantedAs}`),
  ];
}
