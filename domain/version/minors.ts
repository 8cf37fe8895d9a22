import { parseVersion, type KubernetesVersion } from '../../api/validation/versions.ts';

/** How many minor versions `to` is newer than `from`; negative: older. Infinite between two major versions. */
export function minorsBetween(from: KubernetesVersion, to: KubernetesVersion): number {
  return from.major === to.major ? to.minor - from.minor : (to.major - from.major) * Infinity;
}

/** "v1.34" */
export function describeMinor({ major, minor }: Pick<KubernetesVersion, 'major' | 'minor'>): string {
  return `v${major}.${minor}`;
}

/** Of a version that was checked when it came in. */
export function readVersion(text: string): KubernetesVersion {
  const version = parseVersion(text);
  if (version === undefined) throw new RangeError(`${JSON.stringify(text)} is not a Kubernetes version: it should have been refused when it came in`);
  return version;
}
