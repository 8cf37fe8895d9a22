import type { DesiredCluster, DesiredMachineDeployment } from '../../api/desired-cluster.ts';
import { checkSkew, compareVersions } from '../../api/validation/versions.ts';
import { workersOf, type Machine } from '../machine.ts';
import { decideVersionChange, type VersionChange } from './decide-version-change.ts';
import { knownFor, unknownReason, type KnownVersions } from './known-versions.ts';
import { readVersion } from './minors.ts';
import { newestVersion, oldestVersion } from './oldest-version.ts';

type VersionedMachine = Pick<Machine, 'role' | 'owner' | 'version'>;

/**
 * Whether a cluster may be asked to have these versions, before anything is begun: that of the control
 * plane, and those of workers, which are never newer than it and at most three minors older. All that
 * speaks against it comes at once.
 * @param request.machines those that there are; none: the cluster is yet to be made
 */
export function decideClusterVersions(request: {
  readonly desired: DesiredCluster;
  readonly machines: readonly VersionedMachine[];
  readonly known: KnownVersions;
  readonly undo?: boolean;
}): VersionChange {
  const { desired, machines, known } = request;
  const change = decideControlPlane(request);
  const against = [
    ...(change.action === 'refuse' ? change.reasons.map((reason) => `KubeadmControlPlane/${desired.controlPlane.name} spec.version: ${reason}`) : []),
    ...desired.machineDeployments.flatMap((deployment) =>
      workersReasons({ desired, deployment, machines, known, undo: request.undo === true }).map((reason) => `MachineDeployment/${deployment.name} spec.template.spec.version: ${reason}`),
    ),
  ];
  return against.length === 0 ? change : { action: 'refuse', hops: [], reasons: against };
}

/** Up from the oldest Machine; down, from the newest. */
function decideControlPlane({ desired, machines, undo = false, ...request }: Parameters<typeof decideClusterVersions>[0]): VersionChange {
  const { version: wanted, infrastructure } = desired.controlPlane;
  const known = knownFor(infrastructure, request.known);
  const versions = machines.filter(({ role }) => role === 'control-plane');
  const [oldest, newest] = [oldestVersion(versions) ?? wanted, newestVersion(versions) ?? wanted];
  const unknown = unknownReason(wanted, known);
  // Machines of a version that nobody builds any more are no reason to refuse what leaves them as they are.
  if (unknown !== undefined && (versions.length === 0 || oldest !== wanted || newest !== wanted)) return { action: 'refuse', hops: [], reasons: [unknown] };
  const isBack = compareVersions(readVersion(wanted), readVersion(newest)) < 0;
  const change = decideVersionChange({ current: isBack ? newest : oldest, wanted, known, undo });
  if (change.action !== 'chain' || infrastructure.customImage === undefined) return change;
  const reason = `${oldest} → ${wanted} is more than one minor version, and customImage ${infrastructure.customImage} is an image of one: apply each minor version with its own image`;
  return { action: 'refuse', hops: [], reasons: [reason] };
}

function workersReasons(request: {
  readonly desired: DesiredCluster;
  readonly deployment: DesiredMachineDeployment;
  readonly machines: readonly VersionedMachine[];
  readonly known: KnownVersions;
  readonly undo: boolean;
}): readonly string[] {
  const { desired, deployment, machines, undo } = request;
  const { name, version: wanted, infrastructure } = deployment;
  const skew = checkSkew({ controlPlane: desired.controlPlane.version, workers: wanted });
  const own = workersOf(machines, name);
  const newest = newestVersion(own);
  const isKept = own.length > 0 && own.every(({ version }) => version === wanted);
  const unknown = isKept ? undefined : unknownReason(wanted, knownFor(infrastructure, request.known));
  const isBack = newest !== undefined && compareVersions(readVersion(wanted), readVersion(newest)) < 0;
  return [
    ...(skew === undefined ? [] : [`${wanted} ${skew.message}; ${skew.expected}`]),
    ...(unknown === undefined ? [] : [unknown]),
    ...(isBack && !undo ? [`${wanted} is older than ${newest}: workers go back by slipway rollout undo machinedeployment/${name}`] : []),
  ];
}
