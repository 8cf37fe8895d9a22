import type { DesiredCluster } from '../../../../../api/desired-cluster.ts';
import { newCluster, startOperation } from '../../../../../domain/accept-command.ts';
import { addMachines, withOperation } from '../../../../../domain/update-state.ts';
import { currentOperation, type ClusterState } from '../../../../../domain/cluster-state.ts';
import { hasJoined, type Machine } from '../../../../../domain/machine.ts';
import { nameMissingMachines } from '../../../../../domain/plan/name-machines.ts';
import type { PlanFacts } from '../../../../../domain/plan/plan-facts.ts';
import type { PlannedSurge } from '../../../../../domain/plan-parts.ts';
import type { EtcdMember } from '../../../../../domain/quorum/etcd-member.ts';
import { outdatedControlPlanes } from '../../../../../domain/rollout/rollout-turn.ts';
import { etcdOf } from '../../../../../domain/version/etcd-upgrade.ts';
import { healthyFacts } from '../../../../healthy-facts.ts';
import { now } from '../../support/clusters.ts';

/**
 * A cluster's workflow with all around it left out but what a rollout sees: which step ends when, which
 * Node is Ready. Time passes only by events.
 */
export type World = {
  readonly state: ClusterState;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Machines ever made, by letter: names are "cp-4", "w-6". */
  readonly made: Readonly<Record<string, number>>;
  /** By Machine; one that is not here has no Node. */
  readonly nodes: Readonly<Record<string, { readonly ready: boolean; readonly since: number }>>;
  /** Images that yield Nodes which never become Ready. */
  readonly badImages: readonly string[];
  /** By Machine, where it is not the one that goes with its version. */
  readonly etcd?: Readonly<Record<string, string>>;
};

const hour = 3_600_000;

/**
 * At rest, each Machine made of what is wanted; the one of a smaller number is older.
 * @param etcd of every control plane, where it is not the one that goes with its version
 */
export function worldOf(desired: DesiredCluster, etcd?: string): World {
  const placement = { installation: 'inst-1', uid: 'uid-demo', host: 'local' };
  const created = startOperation(newCluster({ placement, desired, now }), { verb: 'create', actor: 'ada@laptop', onFailure: 'block', now });
  const empty: World = { state: { ...created, infrastructureReady: true, addonsReady: true }, now, made: {}, nodes: {}, badImages: [] };
  const { state, made } = nameMachines(empty);
  const machines = state.machines.map((machine, index) => ({ ...machine, phase: 'Running' as const, createdAt: now - hour + index }));
  const members = etcd === undefined ? [] : machines.filter(({ role }) => role === 'control-plane').map(({ name }) => [name, etcd] as const);
  const operation = currentOperation(state);
  const whole: ClusterState = { ...state, machines, phase: 'Provisioned' };
  return {
    ...empty,
    made,
    etcd: Object.fromEntries(members),
    nodes: Object.fromEntries(machines.map(({ name }) => [name, { ready: true, since: now - hour }])),
    now: now + hour,
    state: operation === undefined ? whole : withOperation(whole, { ...operation, phase: 'Succeeded', endedAt: now }),
  };
}

/** As the cluster's workflow does it, with names that read well; the real ones are random. */
export function nameMachines(world: World, surge: readonly PlannedSurge[] = []): World {
  const { state } = world;
  let uid = state.machines.length + Object.values(world.made).reduce((sum, count) => sum + count, 0);
  const newUid = (): string => String((uid += 1)).padStart(10, '0').padEnd(32, '0');
  const made: Record<string, number> = { ...world.made };
  const named = nameMissingMachines({ desired: state.desired, existing: state.machines, outdated: outdatedControlPlanes(state), surge, newUid }).map((machine): Machine => {
    const letter = letterOf(state.desired, machine.owner);
    const count = (made[letter] = (made[letter] ?? 0) + 1);
    const total = Object.values(made).reduce((sum, some) => sum + some, 0);
    const address = `172.30.${Math.floor(total / 250) + 4}.${(total % 250) + 2}`;
    return { ...machine, name: `${letter}-${count}`, uid: `uid-${String(Math.imul(total, 7919) % 997).padStart(3, '0')}-${letter}${count}`, address, sshPort: 22_000 + total, phase: 'Pending', createdAt: world.now, phaseSince: world.now };
  });
  return named.length === 0 ? world : { ...world, made, state: addMachines(state, named) };
}

/** "cp" of the control plane, "w", "x", "y" … of the MachineDeployments as listed. */
export function letterOf({ controlPlane, machineDeployments }: DesiredCluster, owner: string): string {
  if (owner === controlPlane.name) return 'cp';
  const index = machineDeployments.findIndex(({ name }) => name === owner);
  return ['w', 'x', 'y', 'z'][index] ?? 'old';
}

/** All that is true. Members vote from the moment on at which their join says so, until their Machine is gone. */
export function factsOf({ state, nodes, now: at, etcd: others = {} }: World): PlanFacts {
  const { machines } = state;
  const healthy = healthyFacts(machines.filter((machine) => hasJoined(machine) || (machine.phase === 'Deleting' && nodes[machine.name] !== undefined)));
  const known = machines.flatMap(({ name, version }) => {
    const node = nodes[name];
    if (node === undefined) return [];
    return [{ name, ready: node.ready ? ('True' as const) : ('False' as const), reason: 'Seen', message: '', kubeletVersion: version, readySince: node.since }];
  });
  const etcd = new Map(machines.map(({ name, version }) => [name, others[name] ?? etcdOf({ version })]));
  const members = healthy.etcd.known ? healthy.etcd.value : [];
  const starting = machines.filter(({ phase }) => phase === 'Joined').map(({ name }) => name);
  const components = healthy.components.known ? healthy.components.value : [];
  return {
    ...healthy,
    etcd: { known: true, value: members.map((member) => withVersion(member, etcd.get(member.name))), at },
    components: { known: true, value: components.map((seen) => (starting.includes(seen.machine) ? { ...seen, healthy: false, message: 'it starts' } : seen)), at },
    nodes: { known: true, value: known, at },
    infrastructure: { known: true, value: machines.filter(({ phase }) => phase !== 'Pending').map(({ name }) => ({ name, state: 'running' })), at },
  };
}

function withVersion(member: EtcdMember, version: string | undefined): EtcdMember {
  return version === undefined ? member : { ...member, version };
}

/** Ready now, and for long enough. */
export function isAvailable({ state, nodes, now: at }: World, { name, owner, phase }: Machine): boolean {
  const node = nodes[name];
  const seconds = state.desired.machineDeployments.find((deployment) => deployment.name === owner)?.minReadySeconds ?? 0;
  return phase === 'Running' && node?.ready === true && at - node.since >= seconds * 1000;
}
