import { currentOperation, type ClusterState } from '../../domain/cluster-state.ts';
import { findOwner } from '../../domain/owner.ts';
import { isStaying, type Machine, type MachineRole } from '../../domain/machine.ts';
import { rolloutConditions } from '../../domain/rollout/rollout-conditions.ts';
import { rolloutStatus } from '../../domain/rollout/rollout-status.ts';
import { behindTemplate } from '../../domain/rollout/rollout-turn.ts';
import type { Operation } from '../../domain/operation.ts';

/** What `-o json` and `-o yaml` print: keys are a stable interface, times are ISO 8601. */
export type ClusterView = {
  readonly kind: 'Cluster';
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly installation: string;
  readonly phase: string;
  readonly revision: number;
  readonly createdAt: string;
  readonly network: { readonly podCIDR: string; readonly serviceCIDR: string; readonly serviceDomain: string };
  readonly endpoint: { readonly host: string; readonly port: number } | null;
  readonly controlPlane: ReplicaView;
  readonly machineDeployments: readonly ReplicaView[];
  readonly operation: OperationView | null;
  /** Why the first owner that has outdated Machines has them: "RollingOut", "RolloutPaused", "WaitingForApproval", "HeldUp"; null: none has. */
  readonly rollout: string | null;
};

export type ReplicaView = {
  readonly name: string;
  readonly version: string;
  readonly replicas: number;
  readonly running: number;
};

export type MachineView = {
  readonly kind: 'Machine';
  readonly name: string;
  readonly cluster: string;
  readonly uid: string;
  readonly role: string;
  readonly owner: string;
  readonly phase: string;
  readonly phaseSince: string;
  readonly version: string;
  /** Made from its owner's template as it is now; null where it is on its way out. */
  readonly upToDate: boolean | null;
  readonly address: string;
  readonly sshPort: number;
  readonly failureDomain: string | null;
  readonly annotations: Readonly<Record<string, string>>;
  readonly createdAt: string;
};

export type OperationView = {
  readonly kind: 'Operation';
  readonly id: string;
  readonly cluster: string;
  readonly verb: string;
  readonly phase: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly onFailure: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly evidence: { readonly at: string; readonly error: string; readonly message: string; readonly attempts: number } | null;
};

export function viewCluster(state: ClusterState): ClusterView {
  const { desired, identity, allocation } = state;
  const { podCIDR, serviceCIDR, serviceDomain } = desired.network;
  const operation = currentOperation(state);
  return {
    kind: 'Cluster',
    name: identity.name,
    namespace: desired.namespace,
    uid: identity.uid,
    installation: identity.installation,
    phase: state.phase,
    revision: state.revision,
    createdAt: isoTime(state.createdAt),
    network: { podCIDR, serviceCIDR, serviceDomain },
    endpoint: allocation === undefined ? null : { host: '127.0.0.1', port: allocation.apiServerHostPort },
    controlPlane: viewReplicas(state, 'control-plane', desired.controlPlane),
    machineDeployments: desired.machineDeployments.map((deployment) => viewReplicas(state, 'worker', deployment)),
    operation: operation === undefined ? null : viewOperation(identity.name, operation),
    rollout: rolloutOf(state),
  };
}

function rolloutOf(state: ClusterState): string | null {
  const { owners } = rolloutStatus(state, { known: false, reason: 'not asked', at: 0 });
  const rolling = owners.flatMap((owner) => rolloutConditions(state, owner)).find(({ type }) => type === 'RollingOut');
  return rolling?.reason ?? null;
}

export function viewMachine(state: ClusterState, machine: Machine): MachineView {
  const cluster = state.identity.name;
  const wanted = findOwner(state.desired, machine);
  const upToDate = isStaying(machine) && wanted !== undefined ? !behindTemplate(state, wanted).has(machine.name) : null;
  const { name, uid, role, owner, phase, version, address, sshPort, failureDomain = null, annotations = {} } = machine;
  const [phaseSince, createdAt] = [isoTime(machine.phaseSince), isoTime(machine.createdAt)];
  return { kind: 'Machine', name, cluster, uid, role, owner, phase, phaseSince, version, upToDate, address, sshPort, failureDomain, annotations, createdAt };
}

export function viewOperation(cluster: string, operation: Operation): OperationView {
  const { id, verb, phase, actor, onFailure, reason, startedAt, endedAt, evidence } = operation;
  return {
    kind: 'Operation',
    id,
    cluster,
    verb,
    phase,
    actor,
    reason: reason ?? null,
    onFailure,
    startedAt: isoTime(startedAt),
    endedAt: endedAt === undefined ? null : isoTime(endedAt),
    evidence: evidence ?? null,
  };
}

function viewReplicas(
  state: ClusterState,
  role: MachineRole,
  owner: { readonly name: string; readonly version: string; readonly replicas: number },
): ReplicaView {
  const running = state.machines.filter((machine) => machine.owner === owner.name && machine.role === role && machine.phase === 'Running').length;
  return { name: owner.name, version: owner.version, replicas: owner.replicas, running };
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
