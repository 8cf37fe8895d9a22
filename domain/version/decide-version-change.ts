import { compareVersions, type KubernetesVersion } from '../../api/validation/versions.ts';
import { newestOf, unknownReason, type KnownVersions } from './known-versions.ts';
import { describeMinor, minorsBetween, readVersion } from './minors.ts';

/**
 *  keep       nothing to do
 *  upgrade    to a later patch release, or to the next minor version
 *  chain      over several minor versions, one after the other
 *  downgrade  back, as an undo asks for it
 *  refuse     not by any of these
 */
export type VersionChange =
  | { readonly action: 'keep'; readonly hops: readonly []; readonly reasons: readonly string[] }
  | {
      readonly action: 'upgrade' | 'chain' | 'downgrade';
      /** Each version that the control plane goes to, the wanted one last. */
      readonly hops: readonly string[];
      readonly reasons: readonly string[];
    }
  | { readonly action: 'refuse'; readonly hops: readonly []; readonly reasons: readonly string[] };

export type VersionRequest = {
  readonly current: string;
  readonly wanted: string;
  readonly known: KnownVersions;
  /** Somebody asked to go back; else an older version is refused. */
  readonly undo?: boolean;
};

/**
 * How a control plane goes from one version to another. API servers of one control plane are at most
 * one minor version apart, and etcd and kubeadm skip none (kubernetes.io/releases/version-skew-policy):
 * so a minor version is reached from the one before. Whether the way back is still open is not asked here.
 */
export function decideVersionChange({ current, wanted, known, undo = false }: VersionRequest): VersionChange {
  if (current === wanted) return { action: 'keep', hops: [], reasons: [`the version is ${wanted}`] };
  const unknown = unknownReason(wanted, known);
  if (unknown !== undefined) return refuse(unknown);
  const [from, to] = [readVersion(current), readVersion(wanted)];
  if (from.major !== to.major) return refuse(`${current} → ${wanted} is another major version, to which no upgrade leads`);
  if (compareVersions(to, from) < 0) return decideDowngrade({ current, wanted, undo, minors: -minorsBetween(from, to) });
  const minors = minorsBetween(from, to);
  if (minors === 0) return { action: 'upgrade', hops: [wanted], reasons: [`${current} → ${wanted} is a patch upgrade`] };
  if (minors === 1) return { action: 'upgrade', hops: [wanted], reasons: [`${current} → ${wanted} is an upgrade to the next minor version`] };
  return decideChain({ current, wanted, between: listBetween(from, to), known });
}

function decideDowngrade({ current, wanted, undo, minors }: { readonly current: string; readonly wanted: string; readonly undo: boolean; readonly minors: number }): VersionChange {
  if (!undo) return refuse(`${wanted} is older than ${current}: a control plane goes back by slipway rollout undo, which takes an earlier revision, and by nothing else`);
  if (minors > 1) return refuse(`${current} → ${wanted} is more than one minor version back: undo the last one first`);
  return { action: 'downgrade', hops: [wanted], reasons: [`${current} → ${wanted} goes back, as asked`] };
}

type Minor = Pick<KubernetesVersion, 'major' | 'minor'>;

function listBetween(from: KubernetesVersion, to: KubernetesVersion): readonly Minor[] {
  return Array.from({ length: to.minor - from.minor - 1 }, (_, index) => ({ major: from.major, minor: from.minor + 1 + index }));
}

function decideChain({ current, wanted, between, known }: { readonly current: string; readonly wanted: string; readonly between: readonly Minor[]; readonly known: KnownVersions }): VersionChange {
  const missing = between.filter((minor) => newestOf(minor, known) === undefined);
  if (missing.length > 0) {
    return refuse(`${current} → ${wanted} leads over ${missing.map(describeMinor).join(' and ')}, of which no release is known here: a control plane skips no minor version`);
  }
  const hops = [...between.flatMap((minor) => newestOf(minor, known) ?? []), wanted];
  return { action: 'chain', hops, reasons: [`one minor version at a time, each for the whole control plane: ${[current, ...hops].join(' → ')}`] };
}

function refuse(reason: string): VersionChange {
  return { action: 'refuse', hops: [], reasons: [reason] };
}
