import { currentOperation, type ClusterState } from '../cluster-state.ts';
import { hasJoined, isStaying, type Machine } from '../machine.ts';
import { runningSteps, type PlannedStep, type PlannedSurge, type Wait } from '../plan-parts.ts';
import type { StepKind } from '../step.ts';
import { gateReasons, pauseReasons } from './hold-rollout.ts';
import { etcdStuckReasons, etcdToBeSeen } from './etcd-versions.ts';
import { publishedBefore, wantedPublished } from './published.ts';
import { outdatedControlPlanes, type Outdated } from './rollout-turn.ts';
import { nextVersion, wantedTemplates } from './wanted-templates.ts';

/** What a control plane's rollout comes to now. */
export type ControlPlaneRollout = {
  /** Those that may be replaced; none while a person holds them. */
  readonly outdated: Outdated;
  readonly heldUp?: Wait;
  /** It cannot begin before etcd has been looked at. */
  readonly needsFacts?: true;
  /** No step leads to what is wanted. */
  readonly stuck?: readonly string[];
};

export function controlPlaneRollout(state: ClusterState): ControlPlaneRollout {
  const outdated = outdatedControlPlanes(state);
  if (outdated.size === 0) return { outdated };
  const { name: subject } = state.desired.controlPlane;
  const role = 'control-plane';
  const reasons = [...pauseReasons(state, { role, name: subject }), ...gateReasons(state, 'control-plane')];
  if (reasons.length > 0) return { outdated: new Map(), heldUp: { subject, role, reasons, person: true } };
  const stuck = etcdStuckReasons(state);
  if (stuck.length > 0) return { outdated: new Map(), heldUp: { subject, role, reasons: stuck }, stuck };
  const unseen = etcdToBeSeen(state).map(({ name }) => `the etcd version of ${name} is not known, and a newer one is to join it`);
  return unseen.length === 0 ? { outdated } : { outdated: new Map(), heldUp: { subject, role, reasons: unseen, recheck: true }, needsFacts: true };
}

/** Once for each operation that replaces control planes, before anything of it; a person may leave it out. */
export function planBackup(state: ClusterState, { outdated }: ControlPlaneRollout): PlannedStep | undefined {
  const operation = currentOperation(state);
  if (outdated.size === 0 || operation === undefined) return undefined;
  const isTaken = state.steps.some((step) => step.kind === 'TakeBackup' && step.operation === operation.id && step.state === 'Done');
  return isTaken ? undefined : { kind: 'TakeBackup', reasons: ['what the removal of the last old member cannot take back, a backup can'] };
}

/**
 * What is uploaded before the first Machine of the new template joins: kubeadm on it reads the cluster's
 * configuration from there. A held rollout uploads nothing, unless a repair makes such a Machine.
 */
export function planUploadConfig(state: ClusterState, { heldUp }: ControlPlaneRollout): PlannedStep | undefined {
  if (state.published === undefined && outdatedControlPlanes(state).size === 0) return undefined;
  const { config } = wantedPublished(state.desired, wantedTemplates(state).controlPlane);
  // While another is under way nothing joins, and what it brings may have been taken back meanwhile.
  const isUnderWay = runningSteps(state).some(({ kind }) => kind === 'UploadConfig');
  if (publishedBefore(state).config === config && !isUnderWay) return undefined;
  if (heldUp !== undefined && controlPlanes(state).every(hasJoined)) return undefined;
  const { olderEtcd, reasons } = nextVersion(state);
  return { kind: 'UploadConfig', brings: config, reasons: [...(olderEtcd === true ? reasons : []), 'Machines of the new template read it when they join'] };
}

/** CoreDNS and kube-proxy follow when the last old control plane is gone, as kubeadm's own upgrade has it. */
export function planUpgradeAddons(state: ClusterState): PlannedStep | undefined {
  if (state.published === undefined || outdatedControlPlanes(state).size > 0) return undefined;
  const wanted = wantedPublished(state.desired, wantedTemplates(state).controlPlane);
  const { config, addons } = publishedBefore(state);
  const isWhole = controlPlanes(state).every((machine) => hasJoined(machine) && isStaying(machine));
  if (addons === wanted.addons || config !== wanted.config || !isWhole) return undefined;
  return { kind: 'UpgradeAddons', brings: wanted.addons, reasons: ['every control-plane Machine is of the new version'] };
}

const joins: readonly StepKind[] = ['InitControlPlane', 'JoinControlPlane', 'JoinWorker'];

/** Labels and taints need no new Machine. */
export function planUpdateNodes(state: ClusterState): PlannedStep | undefined {
  if (state.published === undefined) return undefined;
  const { nodes } = wantedPublished(state.desired, state.desired.controlPlane);
  if (publishedBefore(state).nodes === nodes) return undefined;
  // A join of an earlier operation still gives its Node what was wanted then.
  const operation = currentOperation(state)?.id;
  if (runningSteps(state).some((step) => joins.includes(step.kind) && step.operation !== operation)) return undefined;
  return { kind: 'UpdateNodes', brings: nodes, reasons: ['labels and taints need no new Machine'] };
}

/**
 * How many Machines are kept for now: one more while a new one is coming, one less where the manifest
 * leaves no room for another (maxSurge 0), else as many as are wanted.
 */
export function targetReplicas(state: ClusterState, { outdated }: ControlPlaneRollout): number {
  const { replicas, rollout } = state.desired.controlPlane;
  const machines = controlPlanes(state);
  const staying = machines.filter(isStaying);
  if (rollout?.maxSurge === 0) return mustMakeRoom({ machines, staying, replicas }, outdated) ? replicas - 1 : replicas;
  const isComing = outdated.size > 0 && staying.some((machine) => !outdated.has(machine.name) && !hasJoined(machine));
  return isComing ? replicas + 1 : replicas;
}

type ControlPlanes = { readonly machines: readonly Machine[]; readonly staying: readonly Machine[]; readonly replicas: number };

/** Its place is taken until it is gone: one that somebody asked to go, or one of many that are well but outdated. */
function mustMakeRoom({ machines, staying, replicas }: ControlPlanes, outdated: Outdated): boolean {
  if (staying.length < machines.length) return machines.length >= replicas;
  return outdated.size > 0 && machines.length === replicas && machines.every(hasJoined);
}

/** A new Machine comes before an old one goes; the next one only when the last change is over. */
export function planSurge(state: ClusterState, { outdated }: ControlPlaneRollout): PlannedSurge | undefined {
  const { replicas, rollout, name: owner } = state.desired.controlPlane;
  if (outdated.size === 0 || rollout?.maxSurge === 0) return undefined;
  const machines = controlPlanes(state);
  if (machines.length !== replicas || !machines.every((machine) => isStaying(machine) && hasJoined(machine))) return undefined;
  return { owner, role: 'control-plane', count: 1, reasons: [...new Set([...outdated.values()].flat())] };
}

function controlPlanes({ machines }: ClusterState): ClusterState['machines'] {
  return machines.filter(({ role }) => role === 'control-plane');
}
