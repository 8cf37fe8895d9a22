import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { Machine } from '../machine.ts';
import { decideVersionChange } from './decide-version-change.ts';
import { etcdUpgradeSafe, type MemberVersion } from './etcd-upgrade.ts';
import { knownFor, type KnownVersions } from './known-versions.ts';
import { minorsBetween, readVersion } from './minors.ts';
import { older, oldestVersion } from './oldest-version.ts';

/** The version that a Machine is made of now. */
export type EffectiveVersion = {
  readonly version: string;
  /** Why it is not the desired one yet; empty: it is. */
  readonly reasons: readonly string[];
  /** The next version cannot begin before something else has been done, which the reasons name. */
  readonly held: boolean;
};

export type EffectiveVersions = {
  readonly controlPlane: EffectiveVersion;
  /** By name of the MachineDeployment. */
  readonly workers: ReadonlyMap<string, EffectiveVersion>;
};

/** Kubernetes' own limit: a kubelet works with API servers that are this many minor versions newer. */
const mostMinorsBehind = 3;

export type VersionFacts = {
  readonly desired: DesiredCluster;
  /** All that there are, those on their way out among them: they may serve, or be served, until they are gone. */
  readonly machines: readonly Pick<Machine, 'name' | 'role' | 'version'>[];
  readonly known: KnownVersions;
  /** Members of etcd with their versions; absent: nobody has looked, and then nothing is said of them. */
  readonly etcd?: readonly MemberVersion[];
};

/**
 * What new Machines are made of, at any moment of an upgrade. A control plane goes to the next minor
 * version only when all of it has reached the one before, and waits there while a kubelet would be left
 * too far behind. A kubelet is never newer than any API server that it may talk to: so a worker that has
 * to be made before its turn comes is made at the oldest control plane's version.
 */
export function effectiveVersions(facts: VersionFacts): EffectiveVersions {
  const { desired, machines } = facts;
  const controlPlane = controlPlaneVersion(facts);
  const oldest = oldestVersion(machines.filter(({ role }) => role === 'control-plane')) ?? controlPlane.version;
  const workers = desired.machineDeployments.map(({ name, version: wanted }): readonly [string, EffectiveVersion] => {
    const version = older(wanted, oldest);
    const reasons = version === wanted ? [] : [`a control plane is at ${oldest}: workers are never newer`];
    return [name, { version, reasons, held: version !== wanted }];
  });
  return { controlPlane, workers: new Map(workers) };
}

function controlPlaneVersion({ desired, machines, known, etcd }: VersionFacts): EffectiveVersion {
  const { version: wanted, infrastructure } = desired.controlPlane;
  const controlPlanes = machines.filter(({ role }) => role === 'control-plane');
  const oldest = oldestVersion(controlPlanes);
  if (oldest === undefined) return { version: wanted, reasons: [], held: false };
  const { hops, reasons, action } = decideVersionChange({ current: oldest, wanted, known: knownFor(infrastructure, known), undo: true });
  const next = action === 'keep' ? wanted : hops[0];
  if (next === undefined) return { version: oldest, reasons, held: true };
  // What has begun goes on: to hold it now would send back the Machines that have arrived.
  const hasBegun = controlPlanes.some(({ version }) => minorsBetween(readVersion(version), readVersion(next)) === 0);
  const against = hasBegun ? [] : [...kubeletReasons(machines, next), ...etcdReasons({ desired, etcd, next })];
  if (against.length > 0) return { version: oldest, reasons: against, held: true };
  return { version: next, reasons: next === wanted ? [] : reasons, held: false };
}

/** Workers that the control plane would leave behind, or come to be older than. */
function kubeletReasons(machines: VersionFacts['machines'], next: string): readonly string[] {
  const to = readVersion(next);
  return machines
    .filter(({ role }) => role === 'worker')
    .flatMap(({ name, version }) => {
      const ahead = minorsBetween(readVersion(version), to);
      if (ahead > mostMinorsBehind) return [`${name} is at ${version}: with a control plane of ${next} it would be ${ahead} minor versions behind, and ${mostMinorsBehind} is the most`];
      return ahead < 0 ? [`${name} is at ${version}: workers go back before a control plane to ${next}`] : [];
    });
}

function etcdReasons({ desired, etcd, next }: { readonly desired: DesiredCluster; readonly etcd: VersionFacts['etcd'] | undefined; readonly next: string }): readonly string[] {
  if (etcd === undefined) return [];
  const { status, message } = etcdUpgradeSafe(etcd, { version: next, imageTag: desired.controlPlane.clusterConfiguration.etcd.imageTag });
  return status === 'True' ? [] : [message];
}
