import { isInitialized, type ClusterState } from '../cluster-state.ts';
import { hasJoined, isStaying, type Machine } from '../machine.ts';
import { isStepRunning, readyToBootstrap, type LanePlan, type PlannedSurge, type Wait } from '../plan-parts.ts';
import type { ControlPlaneView } from '../quorum/control-plane-view.ts';
import { preflight } from '../quorum/preflight.ts';
import { controlPlaneRollout, planBackup, planSurge, planUploadConfig, targetReplicas, type ControlPlaneRollout } from '../rollout/control-plane-rollout.ts';
import { nextVersion } from '../rollout/wanted-templates.ts';
import { controlPlaneDomains } from '../scale/failure-domains.ts';
import { planLostMachines } from '../recovery/plan-recovery.ts';
import { planControlPlane } from '../scale/plan-control-plane.ts';
import { planFirstControlPlanes } from './first-control-planes.ts';
import { isChangingMembership, isPrepared, waitFor } from './membership-turn.ts';
import { mustLookFirst, viewControlPlane, type PlanFacts } from './plan-facts.ts';
import { discard, prepareStep, takeStep } from './quorum-lane-steps.ts';

/** The quorum lane: at most one membership change, and the next one only when the last is a voter. */
export function planControlPlaneLane(state: ClusterState, facts: PlanFacts | undefined): LanePlan {
  const rollout = controlPlaneRollout(state);
  if (rollout.needsFacts === true && facts === undefined) return { start: [], waiting: [], needsFacts: true };
  const lane = planLane(state, facts, rollout.needsFacts === true && facts !== undefined ? { ...rollout, heldUp: unseen(state, facts, rollout) } : rollout);
  return rollout.stuck === undefined ? lane : { ...lane, stuck: [...rollout.stuck, ...(lane.stuck ?? [])] };
}

/** Its preflight says more of a member that does not answer. */
function unseen(state: ClusterState, facts: PlanFacts, { heldUp }: ControlPlaneRollout): Wait {
  const subject = state.desired.controlPlane.name;
  const { action, checks, reasons } = preflight(viewControlPlane(state, facts), { kind: 'scaleUp' });
  return action === 'go' && heldUp !== undefined ? heldUp : { subject, role: 'control-plane', reasons, recheck: true, checks };
}

function planLane(state: ClusterState, facts: PlanFacts | undefined, rollout: ControlPlaneRollout): LanePlan {
  const machines = state.machines.filter(({ role }) => role === 'control-plane');
  const { replicas } = state.desired.controlPlane;
  const isGrowing = machines.every(isStaying) && machines.length <= replicas && rollout.outdated.size === 0;
  if (!isInitialized(state) || (isGrowing && !mustLookFirst(state))) return planFirstControlPlanes(state);
  // What has just become a member, and is started again for its Node, changes no membership.
  const upload = planUploadConfig(state, rollout);
  const isSettled = isGrowing && machines.every(hasJoined) && upload === undefined;
  const heldUp = [...(rollout.heldUp === undefined ? [] : [rollout.heldUp]), ...(rollout.stuck === undefined ? versionHeldUp(state) : [])];
  if (isSettled) return { start: [], waiting: heldUp };
  const busy = machines.filter((machine) => isChangingMembership(state, machine));
  const waiting = busy.length === 0 ? heldUp : waitFor(machines.filter((machine) => !busy.includes(machine) && !(hasJoined(machine) && isStaying(machine))), whyFirst(state, busy[0]?.name));
  const lost = planLostMachines(state);
  if (lost.length > 0) return { start: lost, waiting };
  // Beside another's turn there is nothing but this to be done.
  if (busy.length > 0 && !readyToBootstrap(state, 'control-plane').some((machine) => mustPrepare(state, machine))) return { start: [], waiting };
  const backup = busy.length === 0 ? planBackup(state, rollout) : undefined;
  if (backup !== undefined) return { start: [backup], waiting };
  if (upload !== undefined) return { start: busy.length === 0 ? [upload] : [], waiting };
  if (facts === undefined) return { start: [], waiting, needsFacts: true };
  const view = viewControlPlane(state, facts);
  const surge = planSurge(state, rollout);
  if (surge !== undefined) return surgeIfSafe(view, surge);
  const { free, next } = planControlPlane(view, { replicas, target: targetReplicas(state, rollout), failureDomains: controlPlaneDomains(state.desired) });
  const prepare = free.flatMap(prepareStep);
  if (busy.length > 0) return { start: prepare, waiting };
  const discarded = free.flatMap((step) => discard(state, step));
  const lane = takeStep(state, next, facts);
  return { ...lane, start: [...discarded, ...prepare, ...lane.start] };
}

function whyFirst({ recovery }: ClusterState, busy = ''): string {
  return recovery?.lost.includes(busy) === true ? 'the old control plane is removed first' : `${busy} goes first: one membership change at a time`;
}

/** Workers that would be left too far behind go first. */
function versionHeldUp(state: ClusterState): LanePlan['waiting'] {
  const { held, reasons } = nextVersion(state);
  return held ? [{ subject: state.desired.controlPlane.name, role: 'control-plane', reasons }] : [];
}

/** Nothing is made that could not join. */
function surgeIfSafe(view: ControlPlaneView, surge: PlannedSurge): LanePlan {
  const { action, checks, reasons } = preflight(view, { kind: 'scaleUp' });
  return action === 'go' ? { start: [], waiting: [], surge } : { start: [], waiting: [{ subject: surge.owner, role: surge.role, reasons, recheck: true, checks }] };
}

/** It is not under way either. */
function mustPrepare(state: ClusterState, machine: Machine): boolean {
  return !isPrepared(state, machine) && !isStepRunning(state, machine, ['PrepareControlPlane']);
}
