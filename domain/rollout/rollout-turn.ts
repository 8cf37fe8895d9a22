import { compareVersions, parseVersion } from '../../api/validation/versions.ts';
import type { DesiredControlPlane, DesiredMachineDeployment } from '../../api/desired-cluster.ts';
import { currentOperation, type ClusterState } from '../cluster-state.ts';
import { isStaying, type Machine, type MachineRole } from '../machine.ts';
import { isTooOld, safeRelease } from '../version/etcd-upgrade.ts';
import type { MachineTemplate } from './machine-template.ts';
import { outdatedReasons } from './outdated.ts';
import { pauseReasons } from './hold-rollout.ts';
import { publishedBefore, wantedPublished } from './published.ts';
import { oldestServing, wantedTemplates } from './wanted-templates.ts';

/** The Machines of one owner that are to be replaced, by name, each with why. */
export type Outdated = ReadonlyMap<string, readonly string[]>;

export function outdatedControlPlanes(state: ClusterState): Outdated {
  return collect(state, { role: 'control-plane', owner: state.desired.controlPlane, template: wantedTemplates(state).controlPlane });
}

/**
 * @returns empty too where its pool is not in the manifest any more: those Machines go, and nothing
 * comes in their place
 */
export function outdatedWorkers(state: ClusterState, deployment: DesiredMachineDeployment | undefined): Outdated {
  if (deployment === undefined) return new Map();
  return collect(state, { role: 'worker', owner: deployment, template: wantedTemplates(state).workers.get(deployment.name) });
}

/**
 * Those that are not yet as wanted in the end: also workers that are up to date for now, because the
 * control plane, which their new version needs, is being replaced.
 */
export function behindTemplate(state: ClusterState, owner: DesiredControlPlane | DesiredMachineDeployment): Outdated {
  const { controlPlane, workers } = wantedTemplates({ desired: state.desired, machines: [] });
  const isPool = 'nodeRegistration' in owner;
  return collect(state, { role: isPool ? 'worker' : 'control-plane', owner, template: isPool ? workers.get(owner.name) : controlPlane });
}

type Wanted = {
  /** A KubeadmControlPlane and a MachineDeployment may have the same name. */
  readonly role: MachineRole;
  readonly owner: DesiredControlPlane | DesiredMachineDeployment;
  readonly template: MachineTemplate | undefined;
};

function collect(state: ClusterState, { role, owner, template }: Wanted): Outdated {
  if (template === undefined) return new Map();
  const { name, infrastructure, rollout } = owner;
  const wanted = { template, infrastructure, asOf: asOf(state), ...(rollout === undefined ? {} : { rollout }) };
  const own = state.machines.filter((machine) => machine.role === role && machine.owner === name && isStaying(machine));
  const reasons = own.map((machine) => [machine.name, [...outdatedReasons(machine, wanted), ...etcdReasons(machine, template)]] as const);
  return new Map(reasons.filter(([, list]) => list.length > 0));
}

/** Made of the same template, by kubeadm or images that brought an older one. */
function etcdReasons({ etcd }: Machine, { olderEtcd }: MachineTemplate): readonly string[] {
  return olderEtcd === true && etcd !== undefined && isTooOld(etcd) ? [`etcd ${etcd} → ${safeRelease} or a later 3.5`] : [];
}

/** What comes due while an operation runs is for the next one: nobody was shown it. */
function asOf(state: ClusterState): number {
  return currentOperation(state)?.startedAt ?? state.createdAt;
}

/**
 * Why a pool is not replaced yet: the control plane comes first, and its add-ons; empty: it is its
 * turn. A control plane whose rollout is paused holds up those alone that need its new version.
 */
export function turnReasons(state: ClusterState, deployment: DesiredMachineDeployment): readonly string[] {
  const { controlPlane } = state.desired;
  const isPaused = pauseReasons(state, { role: 'control-plane', name: controlPlane.name }).length > 0;
  if (isPaused && !needsNewer(state, deployment)) return [];
  if (outdatedControlPlanes(state).size > 0) return [`control plane ${controlPlane.name} is replaced first`];
  const isPublished = state.published === undefined || publishedBefore(state).addons === wantedPublished(state.desired, wantedTemplates(state).controlPlane).addons;
  return isPublished ? [] : ['the add-ons are upgraded first'];
}

function needsNewer({ machines }: ClusterState, { version }: DesiredMachineDeployment): boolean {
  const oldest = oldestServing(machines);
  const [wanted, had] = [parseVersion(version), parseVersion(oldest ?? version)];
  return wanted !== undefined && had !== undefined && compareVersions(wanted, had) > 0;
}
