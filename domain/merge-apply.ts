import { compareDesired, type DesiredChange } from '../api/compare-desired.ts';
import type { DesiredCluster, DesiredControlPlane, DesiredMachineDeployment } from '../api/desired-cluster.ts';
import { kindOf, type Owner } from './owner.ts';

/** A field that somebody set by another way than `apply`, as compareDesired names it. */
export type FieldOverride = {
  /** "MachineDeployment/demo-md-0.spec.replicas" */
  readonly field: string;
  readonly actor: string;
  /** Operation that set it, "demo-scale-2". */
  readonly operation: string;
  /** Epoch milliseconds, workflow time. */
  readonly at: number;
};

export type ApplyConflict = { readonly change: DesiredChange; readonly override: FieldOverride };

export type MergedApply = {
  /** What the cluster would be after the apply. */
  readonly desired: DesiredCluster;
  readonly changes: readonly DesiredChange[];
  /** Changes that would take back what somebody set elsewhere since the last apply. */
  readonly conflicts: readonly ApplyConflict[];
  /** The overrides that are left once the manifest is applied. */
  readonly overrides: readonly FieldOverride[];
};

/**
 * Merges a manifest with what the cluster is now, against what was applied last, as kubectl does:
 * replicas that the manifest leaves out keep their value, and a value that was set elsewhere is
 * nobody's to overwrite unseen.
 */
export function mergeApply(request: {
  readonly current: DesiredCluster;
  readonly overrides: readonly FieldOverride[];
  readonly manifest: DesiredCluster;
}): MergedApply {
  const { current, overrides, manifest } = request;
  const { desired, restarted } = keepRestarts({ current, overrides, desired: keepReplicas(current, manifest) });
  const changes = compareDesired(current, desired);
  const leftOut = new Set([...leftOutFields(manifest), ...restarted]);
  const conflicts = changes.flatMap((change) => {
    const override = overrides.find(({ field }) => field === change.field);
    return override === undefined || restarted.has(change.field) ? [] : [{ change, override }];
  });
  // A manifest that says the same as the override has taken it over; one that is silent has not.
  return { desired, changes, conflicts, overrides: overrides.filter(({ field }) => leftOut.has(field)) };
}

/** The manifest as it stands where no cluster is: left-out replicas are Cluster API's default. */
export function withoutMarks(manifest: DesiredCluster): DesiredCluster {
  const { replicasLeftOut: _mark, ...controlPlane } = manifest.controlPlane;
  const machineDeployments = manifest.machineDeployments.map(({ replicasLeftOut: _marked, ...deployment }) => deployment);
  return { ...manifest, controlPlane, machineDeployments };
}

function keepReplicas(current: DesiredCluster, manifest: DesiredCluster): DesiredCluster {
  const plain = withoutMarks(manifest);
  const controlPlane = manifest.controlPlane.replicasLeftOut === true ? { ...plain.controlPlane, replicas: current.controlPlane.replicas } : plain.controlPlane;
  const machineDeployments = plain.machineDeployments.map((deployment, index) => {
    const isLeftOut = manifest.machineDeployments[index]?.replicasLeftOut === true;
    const existing = current.machineDeployments.find(({ name }) => name === deployment.name);
    return isLeftOut && existing !== undefined ? { ...deployment, replicas: existing.replicas } : deployment;
  });
  return { ...plain, controlPlane, machineDeployments };
}

/**
 * A restart is past: a manifest that knows nothing of it, or has an earlier time, cannot stop it half-way
 * by being applied again.
 */
function keepRestarts(request: { readonly current: DesiredCluster; readonly overrides: readonly FieldOverride[]; readonly desired: DesiredCluster }): {
  readonly desired: DesiredCluster;
  /** Fields that keep the time of a restart. */
  readonly restarted: ReadonlySet<string>;
} {
  const { current, overrides, desired } = request;
  const restarted = new Set<string>();
  const keep = <T extends DesiredControlPlane | DesiredMachineDeployment>(owner: T, before: T | undefined, field: string): T => {
    const after = before?.rollout?.after;
    if (after === undefined || !overrides.some((override) => override.field === field) || (owner.rollout?.after ?? 0) >= after) return owner;
    restarted.add(field);
    return { ...owner, rollout: { ...owner.rollout, after } };
  };
  const controlPlane = keep(desired.controlPlane, current.controlPlane, restartField({ role: 'control-plane', name: desired.controlPlane.name }));
  const machineDeployments = desired.machineDeployments.map((deployment) =>
    keep(deployment, current.machineDeployments.find(({ name }) => name === deployment.name), restartField({ role: 'worker', name: deployment.name })),
  );
  return { desired: { ...desired, controlPlane, machineDeployments }, restarted };
}

/** As compareDesired names the field. */
function restartField({ role, name }: Owner): string {
  return `${kindOf(role)}/${name}.spec.rolloutAfter`;
}

function leftOutFields({ controlPlane, machineDeployments }: DesiredCluster): ReadonlySet<string> {
  return new Set([
    ...(controlPlane.replicasLeftOut === true ? [replicasField({ role: 'control-plane', name: controlPlane.name })] : []),
    ...machineDeployments.filter((deployment) => deployment.replicasLeftOut === true).map(({ name }) => replicasField({ role: 'worker', name })),
  ]);
}

/** As compareDesired names the field. */
export function replicasField({ role, name }: Owner): string {
  return `${kindOf(role)}/${name}.spec.replicas`;
}
