import { isCancellation, uuid4 } from '@temporalio/workflow';
import { nextAddresses } from '../domain/network/allocation.ts';
import { addMachines, blockOperation, bump } from '../domain/update-state.ts';
import { currentOperation } from '../domain/cluster-state.ts';
import { nameMissingMachines } from '../domain/plan/name-machines.ts';
import { repairedDesired } from '../domain/plan/repairs.ts';
import type { PlannedSurge } from '../domain/plan-parts.ts';
import { outdatedControlPlanes } from '../domain/rollout/rollout-turn.ts';
import type { ClusterInbox } from './cluster-inbox.ts';
import { toEvidence } from './evidence.ts';
import { onHost } from './host-activities.ts';

/**
 * Gives the cluster its subnet and endpoint, and each missing Machine its name, address and SSH
 * port, before anything is created: a name or an address that exists only in a half-made container
 * could be given away twice.
 */
export async function ensureMachinesNamed(inbox: ClusterInbox, surge: readonly PlannedSurge[] = []): Promise<void> {
  const operation = currentOperation(inbox.current());
  if (operation?.phase !== 'Running' || operation.verb === 'delete') return;
  try {
    await allocateCluster(inbox);
    await allocateMachines(inbox, surge);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const evidence = toEvidence(error, `cluster/${inbox.current().identity.name}: allocating addresses and ports`);
    // A delete may have taken over meanwhile: it does not mind.
    inbox.update((state) => ({ ...(currentOperation(state)?.id === operation.id ? blockOperation(state, evidence) : state), claimsUnsure: true }));
  }
}

/** Beside a Blocked operation. It cannot be blocked once more: what fails is told and tried again as looking is. */
export async function nameRepairs(inbox: ClusterInbox): Promise<void> {
  const state = inbox.current();
  if (currentOperation(state)?.phase !== 'Blocked' || state.paused !== undefined) return;
  const desired = repairedDesired(state);
  if (nameMissingMachines({ desired, existing: state.machines, newUid: uuid4 }).length === 0) return;
  try {
    await allocateMachines(inbox, [], desired);
  } catch (error) {
    inbox.update((current) => ({ ...current, claimsUnsure: true }));
    throw error;
  }
}

async function allocateCluster(inbox: ClusterInbox): Promise<void> {
  const { allocation: existing, identity, desired, host } = inbox.current();
  if (existing !== undefined) return;
  const { podCIDR, serviceCIDR, apiServerPort } = desired.network;
  const allocation = await onHost(host, 'subnet and endpoint').quick.allocateCluster({ cluster: identity, avoid: [podCIDR, serviceCIDR], apiServerPort });
  inbox.update((state) => bump({ ...state, allocation }));
}

async function allocateMachines(inbox: ClusterInbox, surge: readonly PlannedSurge[], desired = inbox.current().desired): Promise<void> {
  const { allocation, machines, identity, host, claimsUnsure } = inbox.current();
  const missing = nameMissingMachines({ desired, existing: machines, outdated: outdatedControlPlanes(inbox.current()), surge, newUid: uuid4 });
  if (allocation === undefined || (missing.length === 0 && claimsUnsure !== true)) return;
  const names = missing.map((machine) => machine.name);
  const ports = await onHost(host, `SSH ports of ${names.length} Machines`).quick.claimSshPorts({ cluster: identity, names, others: machines.map(({ name }) => name) });
  const addresses = nextAddresses({ subnet: allocation.subnet, taken: machines.map((machine) => machine.address), count: missing.length });
  const now = Date.now();
  const named = missing.map((machine, index) => ({
    ...machine,
    address: required(addresses[index], 'address', machine.name),
    sshPort: required(ports[machine.name], 'SSH port', machine.name),
    phase: 'Pending' as const,
    createdAt: now,
    phaseSince: now,
  }));
  inbox.update(({ claimsUnsure: _settled, ...state }) => (named.length === 0 ? state : addMachines(state, named)));
}

function required<T>(value: T | undefined, what: string, machine: string): T {
  if (value === undefined) throw new Error(`no ${what} was allocated for Machine ${machine}`);
  return value;
}
