import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { compareVersions, parseVersion, type KubernetesVersion } from '../../api/validation/versions.ts';
import type { ClusterState } from '../cluster-state.ts';
import { joinedControlPlanes, type Machine } from '../machine.ts';

/**
 * Why the control plane cannot go to that version by replacing Machines; empty: it can. Its minor
 * version goes back as long as a Machine of the older one is still a member: until then etcd keeps to
 * the older release's data, which it leaves when its last member of that release is gone (etcd 3.5 of
 * Kubernetes 1.33 and before does not start on what 3.6 has written).
 */
export function noWayBack(state: ClusterState, wanted: Pick<DesiredCluster, 'controlPlane'>): readonly string[] {
  const [from, to] = [parseVersion(state.desired.controlPlane.version), parseVersion(wanted.controlPlane.version)];
  if (from === undefined || to === undefined) return [];
  const minors = (from.major - to.major) * 1000 + from.minor - to.minor;
  if (minors < -1) return [`from ${minor(from)} to ${minor(to)} is more than one minor version: the control plane goes up one at a time`];
  if (minors <= 0 || members(state).some(({ version }) => isOf(version, to))) return [];
  return explain(state, from, to);
}

/** A Machine on its way out may be no member any more at any moment. */
function members({ machines }: ClusterState): readonly Machine[] {
  return joinedControlPlanes(machines);
}

function isOf(text: string, { major, minor: wanted }: KubernetesVersion): boolean {
  const version = parseVersion(text);
  return version?.major === major && version.minor === wanted;
}

function explain(state: ClusterState, from: KubernetesVersion, to: KubernetesVersion): readonly string[] {
  const { identity, desired } = state;
  const snapshot = state.operations.findLast((operation) => operation.snapshot !== undefined)?.snapshot;
  const newer = desired.machineDeployments.filter(({ version }) => isNewer(version, to));
  return [
    `the control plane cannot go back to ${minor(to)}: no member of etcd is of that version any more, and the point of no return was the removal of the last one`,
    `still possible: another patch of ${minor(from)}, by slipway apply`,
    ...newer.map(({ name }) => `still possible: slipway rollout undo machinedeployment/${name}: kubelets may be older than the control plane`),
    snapshot === undefined
      ? `no snapshot of cluster ${identity.name} from before is on record: what was before can only be made anew`
      : `the snapshot taken before is ${snapshot}: a cluster restored from it loses what was written since`,
  ];
}

function isNewer(text: string, than: KubernetesVersion): boolean {
  const version = parseVersion(text);
  return version !== undefined && compareVersions(version, than) > 0 && version.minor > than.minor;
}

function minor(version: KubernetesVersion): string {
  return `v${version.major}.${version.minor}`;
}
