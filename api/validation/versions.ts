import type { Check, Wrong } from './wrong.ts';

export type KubernetesVersion = {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** "rc.1", or "" */
  readonly prerelease: string;
};

// Build metadata is left out: "+" cannot be part of an image's tag.
const VERSION = /^v(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})(?:-([0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*))?$/;

/** undefined unless the text is "v" and a full semantic version, such as "v1.34.4" or "v1.35.0-rc.1". */
export const parseVersion = (text: string): KubernetesVersion | undefined => {
  const [, major, minor, patch, prerelease] = VERSION.exec(text) ?? [];
  if (major === undefined || text.length > 63) return undefined;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), prerelease: prerelease ?? '' };
};

/** Negative: a is older than b. Semantic Versioning's precedence. */
export const compareVersions = (a: KubernetesVersion, b: KubernetesVersion): number =>
  a.major - b.major || a.minor - b.minor || a.patch - b.patch || comparePrereleases(a.prerelease, b.prerelease);

const comparePrereleases = (a: string, b: string): number => {
  if (a === b) return 0;
  // A release comes after its own pre-releases.
  if (a === '') return 1;
  if (b === '') return -1;
  const [left, right] = [a.split('.'), b.split('.')];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const numeric = [part, other].map((text) => /^\d+$/.test(text));
    if (numeric[0] && numeric[1]) return Number(part) - Number(other);
    if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
    return part < other ? -1 : 1;
  }
  return -1;
};

export const checkVersion: Check<string> = (text) => {
  if (parseVersion(text) !== undefined) return undefined;
  const withPrefix = `v${text}`;
  const hint = parseVersion(withPrefix) === undefined ? 'write a version such as "v1.34.4"' : `write "${withPrefix}"`;
  return { message: 'must be "v" and a full semantic version', expected: hint };
};

/** The Kubernetes version skew policy: a kubelet is never newer than the API server, and three minors older at most. */
export const checkSkew = ({
  controlPlane,
  workers,
}: {
  readonly controlPlane: string;
  readonly workers: string;
}): Wrong | undefined => {
  const [server, kubelet] = [parseVersion(controlPlane), parseVersion(workers)];
  if (server === undefined || kubelet === undefined) return undefined;
  if (compareVersions(kubelet, server) > 0) {
    return {
      message: `must not be newer than the control plane, which is ${controlPlane}`,
      expected: `use ${controlPlane} or older, or raise the KubeadmControlPlane's spec.version`,
    };
  }
  if (kubelet.major !== server.major || server.minor - kubelet.minor > 3) {
    return {
      message: `must not be more than three minor versions older than the control plane, which is ${controlPlane}`,
      expected: `use v${server.major}.${Math.max(0, server.minor - 3)}.0 or newer`,
    };
  }
  return undefined;
};
