import type { DesiredControlPlane } from '../../api/desired-cluster.ts';
import { hasJoined, type Machine } from '../machine.ts';
import { bringsNewEtcd, etcdOf, isTooOld, safeRelease } from './etcd-upgrade.ts';
import { minorsBetween, readVersion } from './minors.ts';
import { newestVersion } from './oldest-version.ts';

/** A Machine, as far as its etcd goes. */
export type EtcdMachine = Pick<Machine, 'name' | 'version'> & Partial<Pick<Machine, 'phase' | 'etcd'>>;

/**
 *  none    what comes next may join as it is
 *  roll    every control plane is replaced at that version by one with a newer 3.5 first
 *  refuse  that is needed, and nothing that Slipway has does it
 */
export type OlderEtcdFirst =
  | { readonly action: 'none' }
  | { readonly action: 'roll'; readonly version: string; readonly reasons: readonly string[] }
  | { readonly action: 'refuse'; readonly reasons: readonly string[] };

/**
 * Whether members of etcd that are too old to meet 3.6 have to be replaced before the control plane goes
 * to `next` (see etcdUpgradeSafe). They are by Machines of the Kubernetes version that they have: a Machine's
 * image holds one etcd, and the one that goes with those versions is a 3.5 that can be left.
 * @param controlPlanes those that stay; one whose etcd nobody has looked at says nothing
 */
export function decideOlderEtcdFirst(request: {
  readonly wanted: DesiredControlPlane;
  readonly controlPlanes: readonly EtcdMachine[];
  readonly next: string;
}): OlderEtcdFirst {
  const { wanted, controlPlanes, next } = request;
  const { imageTag } = wanted.clusterConfiguration.etcd;
  if (!bringsNewEtcd({ version: next, imageTag })) return { action: 'none' };
  const joined = controlPlanes.filter(({ phase }) => phase === undefined || hasJoined({ phase }));
  const tooOld = joined.filter(({ etcd }) => etcd !== undefined && isTooOld(etcd));
  // Beside one of 3.6 nothing is won by it any more.
  if (tooOld.length === 0 || joined.some((machine) => hasNewEtcd(machine, next))) return { action: 'none' };
  const version = newestVersion(joined) ?? next;
  const names = tooOld.map(({ name, etcd }) => `${name} (${etcd})`).join(', ');
  const why = `etcd of ${names} is older than ${safeRelease}, from which 3.6 may bring members back that were removed`;
  const against = impossible(wanted, version);
  if (against !== undefined) return { action: 'refuse', reasons: [`${why}: control planes with a newer 3.5 would have to come first, and ${against}`] };
  return { action: 'roll', version, reasons: [`${why}: control planes of ${version} with a newer 3.5 come first`] };
}

function hasNewEtcd({ etcd, version }: EtcdMachine, next: string): boolean {
  if (etcd !== undefined) return !isTooOld(etcd) && bringsNewEtcd({ version, imageTag: etcd });
  return bringsNewEtcd({ version }) && minorsBetween(readVersion(version), readVersion(next)) === 0;
}

/** What a manifest says that Slipway's own images know nothing of. */
function impossible({ infrastructure, clusterConfiguration }: DesiredControlPlane, version: string): string | undefined {
  const first = `apply etcd.local.imageTag ${safeRelease}-0 or a later 3.5 with ${version} first, where the Machines can have that image, and then this manifest`;
  const { customImage } = infrastructure;
  if (customImage !== undefined) return `customImage ${customImage} is an image of what comes after them: ${first}`;
  const repository = clusterConfiguration.etcd.imageRepository ?? clusterConfiguration.imageRepository;
  if (repository !== undefined) return `which tags imageRepository ${repository} has is not known: ${first}`;
  const comes = etcdOf({ version });
  if (comes !== undefined && !isTooOld(comes) && !bringsNewEtcd({ version })) return undefined;
  return `Slipway's image of ${version} holds no 3.5: ${first}`;
}
