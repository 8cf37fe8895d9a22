import { isInitialized, type ClusterState } from './cluster-state.ts';
import { condition, countTrue, summarize, type Condition } from './conditions.ts';
import { concerns } from './hold-up.ts';
import { machineConditions, type MachineConditions } from './machine-conditions.ts';
import { rolloutConditions } from './rollout/rollout-conditions.ts';
import { rolloutStatus } from './rollout/rollout-status.ts';
import { roleOf, type OwnerKind } from './owner.ts';
import { unknownObservation, type ClusterObservation } from './observation.ts';
import { healthConditions } from './health/record-health.ts';
import { managedConditions } from './record-trouble.ts';

export type OwnerConditions = {
  readonly kind: OwnerKind;
  readonly name: string;
  readonly desired: number;
  readonly ready: number;
  readonly conditions: readonly Condition[];
  /** Of the preflight that holds a change of it up; none where nothing does. It may be well all the same. */
  readonly preflight: readonly Condition[];
  readonly machines: readonly MachineConditions[];
};

export type ClusterConditions = {
  readonly conditions: readonly Condition[];
  readonly controlPlane: OwnerConditions;
  readonly machineDeployments: readonly OwnerConditions[];
};

/**
 * The conditions of a cluster and all that it owns, from what its workflow knows and what was
 * observed; without an observation everything that needs one is Unknown. The first condition of
 * each object is its summary.
 */
export function clusterConditions(
  state: ClusterState,
  observation: ClusterObservation = unknownObservation('not observed', 0),
): ClusterConditions {
  const { controlPlane: wanted } = state.desired;
  const controlPlane = ownerConditions(state, observation, {
    kind: 'KubeadmControlPlane',
    name: wanted.name,
    desired: wanted.replicas,
    own: [initialized(state), apiAvailable(state, observation), ...healthConditions(state)],
  });
  const machineDeployments = state.desired.machineDeployments.map(({ name, replicas }) =>
    ownerConditions(state, observation, { kind: 'MachineDeployment', name, desired: replicas, own: [] }),
  );
  return { conditions: ownConditions(state, [controlPlane, ...machineDeployments]), controlPlane, machineDeployments };
}

type OwnerFacts = Pick<OwnerConditions, 'kind' | 'name' | 'desired'> & { readonly own: readonly Condition[] };

function ownerConditions(state: ClusterState, observation: ClusterObservation, facts: OwnerFacts): OwnerConditions {
  const { kind, name, desired, own } = facts;
  const role = roleOf(kind);
  const machines = state.machines.filter((machine) => machine.owner === name && machine.role === role).map((machine) => machineConditions(machine, observation));
  const ready = countTrue(machines, 'Ready');
  const parts = [...own, machinesReady(machines, { desired, ready })];
  const rollout = rolloutStatus(state, observation.nodes).owners.find((owner) => owner.kind === kind && owner.name === name);
  const rolling = rollout === undefined ? [] : rolloutConditions(state, rollout);
  const preflight = state.holdUps?.find((each) => concerns(each, { role, name }))?.checks ?? [];
  return { kind, name, desired, ready, machines, preflight, conditions: [summarize('Available', parts), ...parts, ...rolling] };
}

function machinesReady(machines: readonly MachineConditions[], counts: { readonly desired: number; readonly ready: number }): Condition {
  const { desired, ready } = counts;
  const summaries = machines.flatMap(({ conditions }) => conditions.slice(0, 1));
  const message = `${ready} of ${desired} Machines are Ready`;
  const unknown = summaries.filter(({ status }) => status === 'Unknown');
  if (ready >= desired) return condition('MachinesReady', 'True', { reason: 'Ready', since: newest(summaries) });
  // Where the rest is merely not known, so is the whole.
  if (ready + unknown.length >= desired) {
    return condition('MachinesReady', 'Unknown', { reason: 'NotObserved', message: `${message}, ${unknown.length} Unknown` });
  }
  return condition('MachinesReady', 'False', { reason: 'NotReady', message, since: newest(summaries.filter(({ status }) => status === 'False')) });
}

function newest(conditions: readonly Condition[]): number | undefined {
  const dates = conditions.map(({ since }) => since).filter((since) => since !== undefined);
  return dates.length === 0 ? undefined : Math.max(...dates);
}

function initialized(state: ClusterState): Condition {
  return isInitialized(state)
    ? condition('Initialized', 'True', { reason: 'Initialized' })
    : condition('Initialized', 'False', { reason: 'NotInitialized', message: 'kubeadm init has not finished yet' });
}

function apiAvailable(state: ClusterState, { apiServer }: ClusterObservation): Condition {
  const type = 'APIServerAvailable';
  if (!isInitialized(state)) return condition(type, 'False', { reason: 'NotInitialized', message: 'no API server has been started yet' });
  if (apiServer.known) return condition(type, 'True', { reason: 'Ready' });
  return condition(type, 'Unknown', { reason: 'NotObserved', message: apiServer.reason });
}

function ownConditions(state: ClusterState, owners: readonly OwnerConditions[]): readonly Condition[] {
  const parts = [
    state.infrastructureReady
      ? condition('InfrastructureReady', 'True', { reason: 'Ready' })
      : condition('InfrastructureReady', 'False', { reason: 'NotReady', message: 'network, load balancer and secrets are not complete' }),
    ...owners.flatMap(({ kind, name, conditions }) =>
      conditions.slice(0, 1).map((summary) => ({
        ...summary,
        type: `${kind}/${name}`,
        message: summary.status === 'True' ? '' : `Available is ${summary.status}`,
      })),
    ),
    state.addonsReady
      ? condition('AddonsApplied', 'True', { reason: 'Applied' })
      : condition('AddonsApplied', 'False', { reason: 'NotApplied', message: 'the network add-on has not been applied yet' }),
  ];
  const managed = managedConditions(state);
  if (state.phase !== 'Deleting') return [summarize('Available', parts), ...managed, ...parts];
  const deleting = condition('Deleting', 'True', { reason: 'Deleting', message: 'the cluster is being deleted' });
  return [condition('Available', 'False', { reason: 'Deleting', message: deleting.message }), deleting, ...managed, ...parts];
}
