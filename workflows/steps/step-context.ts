import { ApplicationFailure } from '@temporalio/workflow';
import type { ClusterAllocation } from '../../domain/network/cluster-network.ts';
import type { ClusterIdentity } from '../../domain/identity.ts';
import type { Machine } from '../../domain/machine.ts';
import type { StepInput } from '../contracts.ts';

export type ClusterScopeInput = { readonly cluster: ClusterIdentity; readonly allocation: ClusterAllocation };

/** What every activity on a Machine needs to know of it. */
export type MachineTask = ClusterScopeInput & { readonly machine: Machine };

export function clusterScope(input: StepInput): ClusterScopeInput {
  if (input.allocation === undefined) throw malformed(input, 'has no allocation');
  return { cluster: input.identity, allocation: input.allocation };
}

export function machineTask(input: StepInput): MachineTask {
  const machine = input.machines.find((candidate) => candidate.name === input.machine);
  if (machine === undefined) throw malformed(input, `names no known Machine: ${input.machine ?? 'none'}`);
  return { ...clusterScope(input), machine };
}

/** Nothing of it was done, and doing it again would say the same. */
export function malformed(input: StepInput, what: string): ApplicationFailure {
  return ApplicationFailure.create({ type: 'MalformedStep', message: `step ${input.stepId} ${what}`, nonRetryable: true });
}
