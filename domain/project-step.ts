import type { ProjectedStep } from './cluster-plan.ts';
import type { ClusterState } from './cluster-state.ts';
import { mayHaveJoined, type Machine } from './machine.ts';
import type { PlannedStep } from './plan-parts.ts';
import { measure, type Membership } from './quorum/membership.ts';
import { controlPlaneBootstraps } from './step.ts';

/** What a step would do, for people and for the order that they agree to. */
export function projectStep(state: ClusterState, planned: PlannedStep): Omit<ProjectedStep, 'round'> {
  const machine = state.machines.find(({ name }) => name === planned.machine);
  const change = membershipChange(state, planned, machine);
  const voters = state.machines.filter((each) => isVoter(state, each)).length;
  return {
    kind: planned.kind,
    reasons: planned.reasons,
    ...(machine === undefined ? {} : { machine: machine.name, owner: machine.owner, role: machine.role, ...templates(planned, machine) }),
    ...(change === 0 ? {} : { quorum: { before: healthy(voters), after: healthy(voters + change) } }),
  };
}

function healthy(voters: number): Membership {
  return measure({ voters, learners: 0, unhealthy: 0 });
}

function membershipChange(state: ClusterState, { kind }: PlannedStep, machine: Machine | undefined): number {
  if (machine?.role !== 'control-plane') return 0;
  if (kind === 'RemoveMachine') return isVoter(state, machine) ? -1 : 0;
  return controlPlaneBootstraps.includes(kind) && !isVoter(state, machine) ? 1 : 0;
}

/** Those that a recovery has put out of service are members of nothing any more. */
function isVoter({ recovery }: ClusterState, machine: Machine): boolean {
  return machine.role === 'control-plane' && mayHaveJoined(machine) && recovery?.lost.includes(machine.name) !== true;
}

/** "v1.34.4/0f3a52c1d7": a Machine's version and the hash of its template, on its way in or out. */
function templates({ kind }: PlannedStep, { version, template }: Machine): Pick<ProjectedStep, 'from' | 'to'> {
  const text = template === undefined ? version : `${version}/${template}`;
  if (kind === 'RemoveMachine') return { from: text };
  return kind === 'RemoveEtcdMember' ? {} : { to: text };
}
