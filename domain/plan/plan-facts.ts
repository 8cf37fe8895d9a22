import { condition, type Condition } from '../conditions.ts';
import { currentOperation, type ClusterState } from '../cluster-state.ts';
import { isToGoFirst } from '../machine-annotations.ts';
import { isMade, type Machine } from '../machine.ts';
import type { Observed, ObservedNode } from '../observation.ts';
import { hasPrepared, runningSteps } from '../plan-parts.ts';
import { controlPlaneRollout } from '../rollout/control-plane-rollout.ts';
import { componentConditions, type ChangeInFlight, type ComponentCondition, type ControlPlaneMachine, type ControlPlaneView } from '../quorum/control-plane-view.ts';
import type { EtcdMember } from '../quorum/etcd-member.ts';
import { joiningEtcd } from '../rollout/etcd-versions.ts';
import { controlPlaneBootstraps } from '../step.ts';

/** How a static Pod of a control-plane Machine stands. */
export type ObservedComponent = {
  readonly machine: string;
  readonly type: Exclude<ComponentCondition, 'NodeExists'>;
  readonly healthy: boolean;
  /** Empty where it is healthy. */
  readonly message: string;
};

/** Those of a control-plane Machine's API server. */
export type ObservedCertificates = {
  readonly machine: string;
  /** Epoch milliseconds. */
  readonly certificatesExpireAt: number;
};

/** What must be looked at before Machines are chosen or membership is changed; each as far as it could be had. */
export type PlanFacts = {
  readonly nodes: Observed<readonly ObservedNode[]>;
  readonly infrastructure: Observed<readonly { readonly name: string; readonly state: 'running' | 'stopped' | 'absent' }[]>;
  readonly etcd: Observed<readonly EtcdMember[]>;
  readonly components: Observed<readonly ObservedComponent[]>;
  /** Absent where nobody asked; without the Machines that did not answer. */
  readonly certificates?: Observed<readonly ObservedCertificates[]>;
};

/** A Machine that was made while others were looked at was not looked for: it is no Machine that has gone. */
export function withNewcomers(facts: PlanFacts, lookedFor: readonly Machine[], now: readonly Machine[]): PlanFacts {
  const { infrastructure } = facts;
  if (!infrastructure.known) return facts;
  const newcomers = now.filter((machine) => isMade(machine) && !lookedFor.some((before) => before.name === machine.name && isMade(before)));
  const missing = newcomers.filter(({ name }) => !infrastructure.value.some((found) => found.name === name));
  return missing.length === 0 ? facts : { ...facts, infrastructure: { ...infrastructure, value: [...infrastructure.value, ...missing.map(({ name }) => ({ name, state: 'running' as const }))] } };
}

/** The control plane as decisions about its quorum want it. */
export function viewControlPlane(state: ClusterState, facts: PlanFacts): ControlPlaneView {
  const machines = state.machines.filter(({ role }) => role === 'control-plane');
  const { outdated } = controlPlaneRollout(state);
  const joining = joiningEtcd(state);
  return {
    machines: machines.map((machine) => viewMachine(machine, { facts, prepared: hasPrepared(state, machine.name), outdated: outdated.has(machine.name) })),
    etcd: facts.etcd,
    certificates: state.infrastructureReady ? 'True' : 'False',
    ...(joining === undefined ? {} : { joining }),
    inFlight: machines.flatMap((machine) => changeInFlight(state, machine)),
  };
}

function viewMachine(machine: Machine, seen: { readonly facts: PlanFacts; readonly prepared: boolean; readonly outdated: boolean }): ControlPlaneMachine {
  const { name, address, phase, createdAt, deletion, takenBack, failureDomain } = machine;
  const { facts, prepared, outdated } = seen;
  return {
    name,
    address,
    phase,
    createdAt,
    ...(deletion === undefined ? {} : { deletion }),
    ...(takenBack === undefined ? {} : { takenBack }),
    ...(failureDomain === undefined ? {} : { failureDomain }),
    ...(prepared ? { prepared } : {}),
    ...(outdated ? { outdated } : {}),
    ...(isToGoFirst(machine) ? { deleteFirst: true } : {}),
    ...(isGone(machine, facts) ? { gone: true } : {}),
    conditions: componentConditions.map((type) => componentCondition(machine, type, facts)),
  };
}

/** Its container was removed by another hand: its disk is gone with it, and it cannot come back as it was. */
function isGone(machine: Machine, { infrastructure }: PlanFacts): boolean {
  if (!isMade(machine) || !infrastructure.known) return false;
  return !infrastructure.value.some((found) => found.name === machine.name && found.state !== 'absent');
}

function componentCondition({ name }: Machine, type: ComponentCondition, { nodes, components }: PlanFacts): Condition {
  if (type === 'NodeExists') {
    if (!nodes.known) return condition(type, 'Unknown', { reason: 'NotObserved', message: nodes.reason });
    const exists = nodes.value.some((node) => node.name === name);
    return exists ? condition(type, 'True', { reason: 'Exists' }) : condition(type, 'False', { reason: 'Missing', message: 'it has no Node' });
  }
  if (!components.known) return condition(type, 'Unknown', { reason: 'NotObserved', message: components.reason });
  const found = components.value.find((component) => component.machine === name && component.type === type);
  if (found === undefined) return condition(type, 'False', { reason: 'Missing', message: 'its Pod is not there' });
  return found.healthy ? condition(type, 'True', { reason: 'Healthy' }) : condition(type, 'False', { reason: 'NotHealthy', message: found.message });
}

function changeInFlight(state: ClusterState, machine: Machine): readonly ChangeInFlight[] {
  const kinds = runningSteps(state).filter((step) => step.machine === machine.name).map(({ kind }) => kind);
  if (kinds.includes('RemoveMachine')) return [{ machine: machine.name, change: 'remove' }];
  const isJoining = kinds.some((kind) => controlPlaneBootstraps.includes(kind));
  // From the milestone on its member votes: what is left of the step changes no membership.
  return isJoining && machine.phase === 'Bootstrapping' ? [{ machine: machine.name, change: 'add' }] : [];
}

/** A create asks nothing beforehand: its joins check etcd themselves, and there is nothing to lose yet. */
export function mustLookFirst(state: ClusterState): boolean {
  const verb = currentOperation(state)?.verb;
  return verb !== 'create' && verb !== 'adopt';
}

/** Of a cluster that does not exist yet there is nothing to be seen. */
export const nothingObserved: PlanFacts = {
  nodes: { known: true, value: [], at: 0 },
  infrastructure: { known: true, value: [], at: 0 },
  etcd: { known: true, value: [], at: 0 },
  components: { known: true, value: [], at: 0 },
};
