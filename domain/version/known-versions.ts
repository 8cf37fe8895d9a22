import type { DockerMachineSpec } from '../../api/desired-cluster.ts';
import { compareVersions, parseVersion, type KubernetesVersion } from '../../api/validation/versions.ts';
import { describeMinor, readVersion } from './minors.ts';

/**
 * What Machines can be made of: a version of each minor version that set-up builds, "v1.34.4"; other
 * patch releases of the same minors can be built. 'any': the simulator has every version.
 */
export type KnownVersions = 'any' | readonly string[];

/** The simulator has every version, and of a customImage only who made it knows what is in it. */
export function knownFor({ inMemory, customImage }: Pick<DockerMachineSpec, 'inMemory' | 'customImage'>, known: KnownVersions): KnownVersions {
  return inMemory === undefined && customImage === undefined ? known : 'any';
}

/** Whether Machines of that version can be had at all; whether their image is there is asked of the provider. */
export function isKnown(version: string, known: KnownVersions): boolean {
  const parsed = parseVersion(version);
  if (parsed === undefined || known === 'any') return parsed !== undefined;
  return known.includes(version) || (parsed.prerelease === '' && newestOf(parsed, known) !== undefined);
}

/** The version that stands for a minor version on the way to a later one; undefined: there is none. */
export function newestOf(minor: Pick<KubernetesVersion, 'major' | 'minor'>, known: KnownVersions): string | undefined {
  if (known === 'any') return `${describeMinor(minor)}.0`;
  return known
    .map((text) => ({ text, version: readVersion(text) }))
    .filter(({ version }) => version.major === minor.major && version.minor === minor.minor)
    .toSorted((a, b) => compareVersions(b.version, a.version))
    .at(0)?.text;
}

/** Why a version is refused; undefined: it is known. */
export function unknownReason(version: string, known: KnownVersions): string | undefined {
  if (isKnown(version, known)) return undefined;
  if (known === 'any') return `${JSON.stringify(version)} is not a Kubernetes version`;
  const minors = known.map((text) => `${describeMinor(readVersion(text))} (${text})`);
  return `Kubernetes ${version} is not known here; known are the releases of ${minors.join(' and ')}`;
}
