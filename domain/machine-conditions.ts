import { condition, summarize, type Condition } from './conditions.ts';
import { isMade, mayHaveJoined, type Machine } from './machine.ts';
import type { ClusterObservation } from './observation.ts';

export type MachineConditions = { readonly machine: Machine; readonly conditions: readonly Condition[] };

/**
 * A Machine's conditions in Cluster API's words, the summary `Ready` first. What its phase settles is
 * not asked of the observation: a Machine that was never bootstrapped has no Node to be Unknown.
 */
export function machineConditions(machine: Machine, observation: ClusterObservation): MachineConditions {
  const parts = [infrastructureReady(machine, observation), nodeReady(machine, observation)];
  if (machine.role === 'control-plane' && mayHaveJoined(machine)) parts.push(apiServerReady(machine, observation));
  const deleting = condition('Deleting', 'True', { reason: 'Deleting', message: 'the Machine is on its way out', since: machine.phaseSince });
  if (machine.phase === 'Deleting') return { machine, conditions: [summarizeDeleting(machine), deleting, ...parts] };
  return { machine, conditions: [summarize('Ready', parts), ...parts] };
}

function summarizeDeleting(machine: Machine): Condition {
  return condition('Ready', 'False', { reason: 'Deleting', message: 'the Machine is on its way out', since: machine.phaseSince });
}

function infrastructureReady(machine: Machine, { machines }: ClusterObservation): Condition {
  const type = 'InfrastructureReady';
  if (!isMade(machine)) {
    return condition(type, 'False', { reason: machine.phase, message: 'its infrastructure is being made', since: machine.phaseSince });
  }
  if (!machines.known) return condition(type, 'Unknown', { reason: 'NotObserved', message: machines.reason });
  const state = machines.value.find(({ name }) => name === machine.name)?.state ?? 'absent';
  switch (state) {
    case 'running':
      return condition(type, 'True', { reason: 'Running' });
    case 'stopped':
      return condition(type, 'False', { reason: 'Stopped', message: 'the machine is there, but does not run' });
    case 'absent':
      return condition(type, 'False', { reason: 'Absent', message: 'the machine is gone' });
  }
}

function nodeReady(machine: Machine, { nodes }: ClusterObservation): Condition {
  const type = 'NodeReady';
  if (!mayHaveJoined(machine)) {
    const bootstrapping = machine.phase === 'Bootstrapping';
    return condition(type, 'False', {
      reason: bootstrapping ? 'Bootstrapping' : 'WaitingForBootstrap',
      message: bootstrapping ? 'kubeadm is at work' : 'kubeadm has not run on it yet',
      since: machine.phaseSince,
    });
  }
  if (!nodes.known) return condition(type, 'Unknown', { reason: 'NotObserved', message: nodes.reason });
  const node = nodes.value.find(({ name }) => name === machine.name);
  if (node === undefined) return condition(type, 'False', { reason: 'NodeDoesNotExist', message: 'the API server knows no such Node' });
  return condition(type, node.ready, { reason: node.reason, message: node.ready === 'True' ? '' : node.message, since: node.readySince });
}

/** The load balancer asks each API server's /readyz every second: its view is the one that clients get. */
function apiServerReady(machine: Machine, { backends }: ClusterObservation): Condition {
  const type = 'APIServerReady';
  if (!backends.known) return condition(type, 'Unknown', { reason: 'NotObserved', message: backends.reason });
  const state = backends.value.find(({ name }) => name === machine.name)?.state;
  switch (state) {
    case 'up':
      return condition(type, 'True', { reason: 'BackendUp' });
    case 'down':
      return condition(type, 'False', { reason: 'BackendDown', message: 'its /readyz does not answer the load balancer' });
    case 'maintenance':
      return condition(type, 'False', { reason: 'BackendInMaintenance', message: 'the load balancer sends it no connections' });
    case undefined:
      return condition(type, 'False', { reason: 'NoBackend', message: 'the load balancer does not know it' });
  }
}
