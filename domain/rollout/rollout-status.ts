import type { DesiredControlPlane, DesiredMachineDeployment } from '../../api/desired-cluster.ts';
import { currentOperation, type ClusterState } from '../cluster-state.ts';
import { concerns } from '../hold-up.ts';
import { isStaying, type Machine } from '../machine.ts';
import type { Observed, ObservedNode } from '../observation.ts';
import { isOpen } from '../operation.ts';
import { roleOf, type OwnerKind } from '../owner.ts';
import { pauseReasons } from './hold-rollout.ts';
import { publishedBefore, wantedPublished } from './published.ts';
import { behindTemplate, turnReasons, type Outdated } from './rollout-turn.ts';
import { describePause } from '../pause-cluster.ts';

/** How far the Machines of one owner are on their way to its template. */
export type OwnerRollout = {
  readonly kind: OwnerKind;
  readonly name: string;
  readonly version: string;
  /** As many as are wanted. */
  readonly replicas: number;
  /** Made from the template as it is now; those on their way out do not count here, nor below. */
  readonly updated: number;
  readonly outdated: number;
  /** Their Nodes are Ready. Absent where Nodes could not be seen. */
  readonly ready?: number;
  /** And have been for minReadySeconds. */
  readonly available?: number;
  /** The first Machine of the new template, until it is available. */
  readonly canary?: string;
  readonly complete: boolean;
  /** What it waits for, for people; empty where it is complete. */
  readonly waitsFor: readonly string[];
};

export type RolloutStatus = { readonly owners: readonly OwnerRollout[]; readonly complete: boolean; readonly waitsFor: readonly string[] };

/** @param nodes as they are seen now: what is not known is never taken for Ready */
export function rolloutStatus(state: ClusterState, nodes: Observed<readonly ObservedNode[]>): RolloutStatus {
  const { controlPlane, machineDeployments } = state.desired;
  const owners = [
    ownerRollout(state, { kind: 'KubeadmControlPlane', wanted: controlPlane, outdated: behindTemplate(state, controlPlane) }, nodes),
    ...machineDeployments.map((wanted) => ownerRollout(state, { kind: 'MachineDeployment', wanted, outdated: behindTemplate(state, wanted) }, nodes)),
  ];
  const waitsFor = [...stopped(state), ...unpublished(state)];
  return { owners, complete: waitsFor.length === 0 && owners.every(({ complete }) => complete), waitsFor };
}

type RolloutOwner = {
  readonly kind: OwnerKind;
  readonly wanted: DesiredControlPlane | DesiredMachineDeployment;
  readonly outdated: Outdated;
};

function ownerRollout(state: ClusterState, owner: RolloutOwner, nodes: Observed<readonly ObservedNode[]>): OwnerRollout {
  const { kind, wanted, outdated } = owner;
  const { name, version, replicas } = wanted;
  const role = roleOf(kind);
  const machines = state.machines.filter((machine) => machine.owner === name && machine.role === role);
  const staying = machines.filter(isStaying);
  const fresh = staying.filter((machine) => !outdated.has(machine.name));
  const seen = nodes.known ? { nodes: nodes.value, at: nodes.at, minReadyMs: ('minReadySeconds' in wanted ? (wanted.minReadySeconds ?? 0) : 0) * 1000 } : undefined;
  const available = seen === undefined ? undefined : staying.filter((machine) => isAvailable(machine, seen));
  const canary = outdated.size > 0 && available?.some((machine) => fresh.includes(machine)) !== true ? fresh[0]?.name : undefined;
  const isWhole = outdated.size === 0 && machines.length === replicas && fresh.length === replicas && available?.length === replicas;
  const waitsFor = isWhole ? [] : waitReasons(state, owner, { machines, available, nodes });
  return {
    kind,
    name,
    version,
    replicas,
    updated: fresh.length,
    outdated: outdated.size,
    ...(seen === undefined || available === undefined ? {} : { ready: staying.filter((machine) => isReady(machine, seen)).length, available: available.length }),
    ...(canary === undefined ? {} : { canary }),
    complete: isWhole,
    waitsFor,
  };
}

type Seen = { readonly nodes: readonly ObservedNode[]; readonly at: number; readonly minReadyMs: number };

function isReady({ name, phase }: Machine, { nodes }: Seen): boolean {
  return phase === 'Running' && nodes.some((node) => node.name === name && node.ready === 'True');
}

function isAvailable(machine: Machine, seen: Seen): boolean {
  return isReady(machine, seen) && seen.nodes.some((node) => node.name === machine.name && seen.at - node.readySince >= seen.minReadyMs);
}

type Found = { readonly machines: readonly Machine[]; readonly available: readonly Machine[] | undefined; readonly nodes: Observed<readonly ObservedNode[]> };

/** What a person holds comes first, then what the planner waits for, then the Machines themselves. */
function waitReasons(state: ClusterState, { kind, wanted, outdated }: RolloutOwner, { machines, available, nodes }: Found): readonly string[] {
  const isOutdated = outdated.size > 0;
  const owner = { role: roleOf(kind), name: wanted.name };
  const held = (state.holdUps ?? []).filter((each) => concerns(each, owner)).flatMap(({ reasons }) => reasons);
  const turn = isOutdated && 'nodeRegistration' in wanted ? turnReasons(state, wanted) : [];
  const onDelete = isOutdated && isOnDelete(wanted) ? ['OnDelete: its Machines are replaced when somebody deletes them'] : [];
  const unseen = nodes.known ? [] : [`which Nodes are Ready could not be seen: ${nodes.reason}`];
  const coming = machines.filter((machine) => available?.includes(machine) === false).map(describe);
  return [...new Set([...(isOutdated ? pauseReasons(state, owner) : []), ...held, ...turn, ...onDelete, ...unseen, ...coming])];
}

function isOnDelete(wanted: RolloutOwner['wanted']): boolean {
  return 'nodeRegistration' in wanted && wanted.rollout?.strategy === 'OnDelete';
}

function describe({ name, phase }: Machine): string {
  return phase === 'Running' ? `${name}: its Node is not available` : `${name} is ${phase}`;
}

/** Nothing goes on by itself. */
function stopped(state: ClusterState): readonly string[] {
  const { paused, identity } = state;
  const operation = currentOperation(state);
  const by = paused === undefined ? [] : [`cluster ${identity.name} is ${describePause(paused)}`];
  if (operation === undefined || operation.phase === 'Running' || !isOpen(operation)) return by;
  return [...by, `operation ${operation.id} is ${operation.phase}`];
}

/** kubeadm's configuration, the add-ons, and labels and taints of Nodes belong to a rollout as well. */
function unpublished(state: ClusterState): readonly string[] {
  if (state.published === undefined) return [];
  const wanted = wantedPublished(state.desired, state.desired.controlPlane);
  const { config, addons, nodes } = publishedBefore(state);
  return [
    ...(config === wanted.config ? [] : ["kubeadm's configuration in the cluster is the one from before"]),
    ...(addons === wanted.addons ? [] : ['CoreDNS and kube-proxy are the ones from before']),
    ...(nodes === wanted.nodes ? [] : ['labels and taints of Nodes are the ones from before']),
  ];
}
