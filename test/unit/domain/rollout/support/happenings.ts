import type { DesiredCluster } from '../../../../../api/desired-cluster.ts';
import type { ApprovalGate } from '../../../../../api/approval-gates.ts';
import { applyReport } from '../../../../../domain/apply-report.ts';
import { recordStarted } from '../../../../../domain/record-started.ts';
import { bump } from '../../../../../domain/update-state.ts';
import { acceptApply, acceptReplace } from '../../../../../domain/change-cluster.ts';
import { currentOperation, type ClusterState } from '../../../../../domain/cluster-state.ts';
import { concludeOperation } from '../../../../../domain/plan/conclude-operation.ts';
import { hasJoined, isStaying, type Machine } from '../../../../../domain/machine.ts';
import { planSteps, type StepPlan } from '../../../../../domain/plan/plan-steps.ts';
import { recordEtcdVersions } from '../../../../../domain/rollout/etcd-versions.ts';
import { rolloutId } from '../../../../../domain/rollout/wanted-templates.ts';
import { resume } from '../../../../../domain/resume-operation.ts';
import type { Step } from '../../../../../domain/step.ts';
import { factsOf, nameMachines, type World } from './world.ts';

/** What happens to a cluster between two looks of its workflow. `pick` chooses among what there is. */
export type Happening =
  | { readonly kind: 'step'; readonly pick: number }
  | { readonly kind: 'blocked'; readonly pick: number }
  | { readonly kind: 'ready' | 'unready'; readonly pick: number }
  | { readonly kind: 'time'; readonly seconds: number }
  | { readonly kind: 'want'; readonly what: string; readonly desired: (desired: DesiredCluster) => DesiredCluster }
  /** What was wanted before the last change, again. */
  | { readonly kind: 'undo' }
  | { readonly kind: 'replace'; readonly pick: number }
  | { readonly kind: 'pause' | 'unpause'; readonly owner: string }
  | { readonly kind: 'approve'; readonly gate: ApprovalGate }
  | { readonly kind: 'retry' };

/** One look: what was there, what was decided, what followed from it. */
export type Look = { readonly before: World; readonly plan: StepPlan; readonly after: World };

const who = { actor: 'ada@laptop', onFailure: 'block' as const, changes: [] };

/** One pass of the workflow's loop, without its effects. */
export function look(world: World): Look {
  const operation = currentOperation(world.state);
  const before = operation?.phase === 'Running' ? nameMachines(world) : world;
  const blind = planSteps(before.state);
  const facts = blind.action === 'observe' ? factsOf(before) : undefined;
  const seen = facts === undefined ? before : { ...before, state: recordEtcdVersions(before.state, facts.etcd) };
  const plan = facts === undefined ? blind : planSteps(seen.state, facts);
  const surged = plan.surge === undefined ? seen : nameMachines(seen, plan.surge);
  const started = plan.start.reduce((state, planned) => recordStarted(state, planned, world.now), surged.state);
  return { before, plan, after: { ...surged, state: concludeOperation(started, plan, world.now) } };
}

/** Looks until there is nothing more to be done before something else happens. */
export function settle(world: World, onLook: (done: Look) => void = () => undefined): World {
  let current = world;
  for (let count = 0; count < 30; count += 1) {
    const done = look(current);
    onLook(done);
    if (done.after.state.version === current.state.version) return done.after;
    current = done.after;
  }
  throw new Error(`the plan never comes to rest: ${JSON.stringify(planSteps(current.state, factsOf(current)))}`);
}

export function runningSteps({ state }: World): readonly Step[] {
  return state.steps.filter((step) => step.state === 'Running');
}

export function happen(world: World, happening: Happening): World {
  const { state, now } = world;
  switch (happening.kind) {
    case 'step':
    case 'blocked':
      return endStep(world, happening);
    case 'ready':
    case 'unready':
      return turnNode(world, happening);
    case 'time':
      return { ...world, now: now + happening.seconds * 1000 };
    case 'want':
      return want(world, happening.desired(state.desired));
    case 'undo':
      return state.previous === undefined ? world : want(world, state.previous);
    case 'replace': {
      const machines = state.machines.filter(isStaying);
      const machine = machines[happening.pick % Math.max(1, machines.length)];
      return machine === undefined ? world : { ...world, state: acceptReplace(state, machine.name, { ...who, now }) };
    }
    case 'pause':
    case 'unpause': {
      const paused = (state.rollouts?.paused ?? []).filter(({ owner }) => owner !== happening.owner);
      const more = happening.kind === 'pause' ? [{ owner: happening.owner, role: happening.owner === state.desired.controlPlane.name ? ('control-plane' as const) : ('worker' as const), actor: 'ada@laptop', at: now }] : [];
      return { ...world, state: bump({ ...state, rollouts: { ...state.rollouts, paused: [...paused, ...more] } }) };
    }
    case 'approve': {
      const approval = { gate: happening.gate, rollout: rolloutId(state.desired), actor: 'ada@laptop', at: now, reason: 'looked at it' };
      return { ...world, state: bump({ ...state, rollouts: { ...state.rollouts, approvals: [...(state.rollouts?.approvals ?? []), approval] } }) };
    }
    case 'retry':
      return currentOperation(state)?.phase === 'Blocked' ? { ...world, state: resume(state, { at: now, actor: 'ada@laptop', how: 'retry' }) } : world;
  }
}

/** A control plane goes back to an older version only while a Machine of that version serves: a manifest that asks for it later is refused. */
export function mayHappen({ state }: World, { kind }: Happening): boolean {
  const { previous, desired } = state;
  if (kind === 'replace') return state.phase === 'Provisioned' && currentOperation(state)?.phase !== 'Blocked';
  if (kind !== 'undo' || previous === undefined || previous.controlPlane.version >= desired.controlPlane.version) return true;
  return state.machines.some((machine) => machine.role === 'control-plane' && machine.version === previous.controlPlane.version && hasJoined(machine) && isStaying(machine));
}

/** Nobody holds anything any more, and each step succeeds; `luck` says in which order. A rollout that goes on for ever is an error. */
export function finish(world: World, luck: number, onLook: (done: Look) => void = () => undefined): World {
  const free = { ...world, badImages: [], state: { ...world.state, rollouts: {} } };
  let current = settle(happen(free, { kind: 'retry' }), onLook);
  for (let count = 0; count < 2000; count += 1) {
    if (currentOperation(current.state)?.phase === 'Succeeded') return current;
    const unready = turnable(current, true).length > 0;
    const running = runningSteps(current).length;
    const next: Happening = running > 0 ? { kind: 'step', pick: luck * 7 + count * (1 + luck) } : unready ? { kind: 'ready', pick: 0 } : { kind: 'time', seconds: 10 };
    current = settle(happen(current, next), onLook);
    if (currentOperation(current.state)?.phase === 'Blocked') current = settle(happen(current, { kind: 'retry' }), onLook);
  }
  const plan = look(current).plan;
  throw new Error(`it never ends: ${JSON.stringify(plan)} ${current.state.machines.map(({ name, phase, version }) => `${name} ${phase} ${version}`).join(', ')}`);
}

function want(world: World, desired: DesiredCluster): World {
  const state = acceptApply(world.state, { desired, changes: [], conflicts: [], overrides: [] }, { ...who, now: world.now });
  return { ...world, state };
}

/** A join comes to its end in two: first its member votes, or its Node is there; then that is Ready. */
function endStep(world: World, { kind, pick }: { readonly kind: 'step' | 'blocked'; readonly pick: number }): World {
  const steps = runningSteps(world);
  const step = steps[pick % Math.max(1, steps.length)];
  if (step === undefined) return world;
  const report = (outcome: Parameters<typeof applyReport>[1]['outcome']): ClusterState => applyReport(world.state, { stepId: step.id, generation: step.generation, outcome, phases: [] }, world.now);
  const machine = world.state.machines.find(({ name }) => name === step.machine);
  const isJoin = step.kind === 'JoinControlPlane' || step.kind === 'JoinWorker';
  const since = world.now;
  if (isJoin && machine?.phase === 'Bootstrapping' && kind === 'step') {
    return { ...world, state: report({ kind: 'joined' }), nodes: { ...world.nodes, [machine.name]: { ready: false, since } } };
  }
  const isBad = isJoin && machine !== undefined && world.badImages.includes(machine.infrastructure.customImage ?? '');
  if (kind === 'blocked' || isBad) {
    const evidence = { at: step.id, step: step.id, phase: 'Node ready', error: 'NodeNotReadyError', message: 'its Node did not become Ready', attempts: 1 };
    return { ...world, state: report({ kind: 'blocked', evidence }) };
  }
  const state = report({ kind: 'done' });
  if (machine !== undefined && isJoin) return { ...world, state, nodes: { ...world.nodes, [machine.name]: { ready: true, since } } };
  if (step.kind !== 'RemoveMachine' || machine === undefined) return { ...world, state };
  const { [machine.name]: _gone, ...nodes } = world.nodes;
  return { ...world, state, nodes };
}

/** Workers whose Nodes have been Ready before, and are not `ready` now. */
function turnable({ state, nodes }: World, ready: boolean): readonly Machine[] {
  return state.machines.filter(({ name, role, phase }) => role === 'worker' && phase === 'Running' && nodes[name]?.ready !== ready);
}

function turnNode(world: World, { kind, pick }: { readonly kind: 'ready' | 'unready'; readonly pick: number }): World {
  const ready = kind === 'ready';
  const machines = turnable(world, ready);
  const machine = machines[pick % Math.max(1, machines.length)];
  return machine === undefined ? world : { ...world, nodes: { ...world.nodes, [machine.name]: { ready, since: world.now } } };
}
