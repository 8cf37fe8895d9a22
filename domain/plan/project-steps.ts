import { applyReport } from '../apply-report.ts';
import { recordStarted } from '../record-started.ts';
import { addMachines } from '../update-state.ts';
import type { ClusterPlan, ProjectedStep } from '../cluster-plan.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { Machine } from '../machine.ts';
import { nameMissingMachines } from './name-machines.ts';
import type { PlanFacts } from './plan-facts.ts';
import { runningSteps, type PlannedSurge } from '../plan-parts.ts';
import { planSteps, type StepPlan } from './plan-steps.ts';
import { projectFacts } from './project-facts.ts';
import { projectStep } from '../project-step.ts';
import { recordEtcdVersions } from '../rollout/etcd-versions.ts';
import { gatesAhead, withGatesOpen } from '../rollout/hold-rollout.ts';
import { outdatedControlPlanes } from '../rollout/rollout-turn.ts';
import { settleFacts } from './settle-facts.ts';

type Projection = Pick<ClusterPlan, 'steps' | 'waiting' | 'waits' | 'gates'>;

/** Four rounds replace a Machine that comes alone; a plan that took so many for each would never end. */
const roundsOfEach = 20;

/**
 * The steps that the cluster's workflow would take from that state, if each succeeded: its own
 * planner, asked again after each round. `facts` are those of now; what later rounds would see
 * follows from the steps before. What comes by waiting alone is waited for when it is acted upon: the
 * plan names it in `waits`, and goes on.
 */
export function projectSteps(state: ClusterState, facts: PlanFacts): Projection {
  const steps: ProjectedStep[] = [];
  const gates = gatesAhead(state);
  const { controlPlane, machineDeployments } = state.desired;
  const replicas = [controlPlane, ...machineDeployments].reduce((sum, owner) => sum + owner.replicas, 0);
  const maximumRounds = roundsOfEach * (state.machines.length + replicas + 1);
  const replaced = (): boolean => steps.some(({ from }) => from !== undefined);
  let seen = facts;
  let waits: ClusterPlan['waiting'] = [];
  let current = withGatesOpen(state);
  for (let round = 1; round <= maximumRounds; round += 1) {
    let look = lookAhead(nameNewMachines(current), { before: state, facts: seen });
    if (look.plan.action === 'wait' && waits.length === 0) {
      const settled = settleFacts(facts);
      const later = lookAhead(look.state, { before: state, facts: settled });
      if (later.plan.action === 'start' || later.plan.action === 'finished') {
        waits = look.plan.waiting.filter(({ recheck }) => recheck === true).map(({ subject, reasons }) => ({ subject, reasons }));
        [look, seen] = [later, settled];
      }
    }
    const { plan } = look;
    current = plan.surge === undefined ? look.state : nameNewMachines(look.state, plan.surge);
    if (plan.action !== 'start') return { steps, waiting: waitingOf(state, plan), ...(waits.length > 0 ? { waits } : {}), ...(gates.length > 0 && replaced() ? { gates } : {}) };
    for (const planned of plan.start) steps.push({ ...projectStep(current, planned), round });
    const started = plan.start.reduce((before, planned) => recordStarted(before, planned, 0), current);
    current = runningSteps(started).reduce((before, { id, generation }) => {
      return applyReport(before, { stepId: id, generation, outcome: { kind: 'done' }, phases: [] }, 0);
    }, started);
  }
  throw new Error(`the plan of cluster ${state.identity.name} does not end`);
}

/** One look of the cluster's workflow, some steps later. */
function lookAhead(state: ClusterState, { before, facts }: { readonly before: ClusterState; readonly facts: PlanFacts }): { readonly state: ClusterState; readonly plan: StepPlan } {
  const seen = projectFacts(facts, { before, now: state });
  const known = recordEtcdVersions(state, seen.etcd);
  return { state: known, plan: planSteps(known, seen) };
}

/** Why it does not come to its end. */
function waitingOf({ identity }: ClusterState, { action, waiting, reasons }: StepPlan): ClusterPlan['waiting'] {
  if (action === 'finished') return [];
  return action === 'stuck' ? [...waiting, { subject: identity.name, reasons }] : waiting;
}

/** Names say that there is no Machine yet, and which of them is meant. */
function nameNewMachines(state: ClusterState, surge: readonly PlannedSurge[] = []): ClusterState {
  let uid = 0;
  // A name is made of the first ten digits: they must differ, or there is no second name to be found.
  const newUid = (): string => String((uid += 1)).padStart(10, '0').padEnd(32, '0');
  const missing = nameMissingMachines({ desired: state.desired, existing: state.machines, outdated: outdatedControlPlanes(state), surge, newUid });
  let count = newNamesSoFar(state);
  const named = missing.map((machine): Machine => {
    count += 1;
    const name = `${machine.owner}-(new ${count})`;
    return { ...machine, name, uid: name, address: name, sshPort: 0, phase: 'Pending', createdAt: Number.MAX_SAFE_INTEGER - 1_000_000 + count, phaseSince: 0 };
  });
  return named.length === 0 ? state : addMachines(state, named);
}

/** Those that came and went again on the way count too: their steps are remembered under their names. */
function newNamesSoFar({ machines, steps }: ClusterState): number {
  const names = [...machines.map(({ name }) => name), ...steps.map(({ machine = '' }) => machine)];
  return Math.max(0, ...names.map((name) => Number(/\(new (\d+)\)$/.exec(name)?.[1] ?? 0)));
}
