import type { ClusterState } from '../cluster-state.ts';
import { isStepRunning, type LanePlan, type PlannedStep } from '../plan-parts.ts';
import type { FreeStep, QuorumStep } from '../scale/control-plane-plan.ts';
import type { PlanFacts } from './plan-facts.ts';

/** What decisions about the quorum mean as steps of the cluster. */

export function takeStep(state: ClusterState, next: QuorumStep, facts: PlanFacts): LanePlan {
  const subject = state.desired.controlPlane.name;
  const expectedMembers = facts.etcd.known ? facts.etcd.value.map(({ id }) => id) : [];
  switch (next.action) {
    case 'initialize':
      return { start: [{ kind: 'InitControlPlane', machine: next.machine, reasons: next.reasons }], waiting: [] };
    case 'join':
      return { start: [{ kind: 'JoinControlPlane', machine: next.machine, reasons: next.reasons }], waiting: [] };
    case 'removeMachine':
      if (isStillJoining(state, next.machine)) return { start: [], waiting: [{ subject: next.machine, reasons: ['it is to go, and its join ends first'] }] };
      return { start: [{ kind: 'RemoveMachine', machine: next.machine, expectedMembers, reasons: next.reasons }], waiting: [] };
    case 'removeMember':
      return { start: [{ kind: 'RemoveEtcdMember', member: next.memberId, expectedMembers, reasons: next.reasons }], waiting: [] };
    case 'wait':
      return { start: [], waiting: [{ subject, role: 'control-plane', reasons: next.reasons, recheck: true, ...(next.checks.length === 0 ? {} : { checks: next.checks }) }] };
    case 'stop':
      return { start: [], waiting: [], stuck: next.reasons };
    case 'done':
      return { start: [], waiting: [] };
  }
}

/** It votes already, and its step waits for its Node. */
function isStillJoining(state: ClusterState, name: string): boolean {
  const machine = state.machines.find((candidate) => candidate.name === name);
  return machine !== undefined && isStepRunning(state, machine, ['InitControlPlane', 'JoinControlPlane']);
}

export function prepareStep(step: FreeStep): readonly PlannedStep[] {
  return step.action === 'prepare' ? [{ kind: 'PrepareControlPlane', machine: step.machine, reasons: step.reasons }] : [];
}

/** A Machine whose join has not begun goes without ceremony, once nothing is making it any more. */
export function discard(state: ClusterState, step: FreeStep): readonly PlannedStep[] {
  if (step.action !== 'discard') return [];
  const machine = state.machines.find(({ name }) => name === step.machine);
  const isBusy = machine !== undefined && isStepRunning(state, machine, ['ProvisionMachine', 'PrepareControlPlane']);
  return isBusy ? [] : [{ kind: 'RemoveMachine', machine: step.machine, reasons: step.reasons }];
}
