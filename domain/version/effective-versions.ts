import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { Machine } from '../machine.ts';
import { decideVersionChange } from './decide-version-change.ts';
import { knownFor, type KnownVersions } from './known-versions.ts';
import { minorsBetween, readVersion } from './minors.ts';
import { decideOlderEtcdFirst } from './older-etcd-first.ts';
import { older, oldestVersion } from './oldest-version.ts';

/** The version that a Machine is made of now. */
export type EffectiveVersion = {
  readonly version: string;
  /** Why it is not the desired one yet; empty: it is. */
  readonly reasons: readonly string[];
  /** The next version cannot begin before something else has been done, which the reasons name. */
  readonly held: boolean;
  /** Made with a newer 3.5 of etcd than is there, whatever the manifest says of its tag: 3.6 comes after it. */
  readonly olderEtcd?: true;
  /** No step leads on: a person has to want something else. */
  readonly refused?: true;
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
  readonly machines: readonly (Pick<Machine, 'name' | 'role' | 'version'> & Partial<Pick<Machine, 'phase' | 'etcd'>>)[];
  readonly known: KnownVersions;
};

/**
 * What new Machines are made of, at any moment of an upgrade. A control plane goes to the next minor
 * version only when all of it has reached the one before, and waits there while a kubelet would be left
 * too far behind. Members of an etcd that is too old to meet the next one are replaced first, at the
 * Kubernetes version that they have. A kubelet is never newer than any API server that it may talk to: so a worker that has
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

function controlPlaneVersion({ desired, machines, known }: VersionFacts): EffectiveVersion {
  const { version: wanted, infrastructure } = desired.controlPlane;
  const controlPlanes = machines.filter(({ role }) => role === 'control-plane');
  const oldest = oldestVersion(controlPlanes);
  if (oldest === undefined) return { version: wanted, reasons: [], held: false };
  const { hops, reasons, action } = decideVersionChange({ current: oldest, wanted, known: knownFor(infrastructure, known), undo: true });
  const next = action === 'keep' ? wanted : hops[0];
  if (next === undefined) return { version: oldest, reasons, held: true };
  // What has begun goes on: to hold it now would send back the Machines that have arrived.
  const hasBegun = controlPlanes.some(({ version }) => minorsBetween(readVersion(version), readVersion(next)) === 0);
  const against = hasBegun ? [] : kubeletReasons(machines, next);
  if (against.length > 0) return { version: oldest, reasons: against, held: true };
  const etcd = decideOlderEtcdFirst({ wanted: desired.controlPlane, controlPlanes, next });
  if (etcd.action === 'roll') return { version: etcd.version, reasons: etcd.reasons, held: false, olderEtcd: true };
  if (etcd.action === 'refuse') return { version: oldest, reasons: etcd.reasons, held: true, refused: true };
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
