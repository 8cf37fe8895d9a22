// @ts-check
/**
 * Every version that Slipway builds, downloads or installs, in one place.
 * Another Kubernetes version is a change of `kubernetes` below, or `--kubernetes-version` for one run.
 */

export const versions = Object.freeze({
  /** The version that machines run unless a manifest or a flag says otherwise. */
  kubernetes: 'v1.34.4',
  /** The last release whose CLI and development server build from published modules alone. */
  temporal: 'v1.5.1',
  flannel: 'v0.28.4',
  /** containerd 1.6 (CRI v1), runc 1.1 and systemd 252 come from here: enough for kubelets up to 1.35. */
  debian: 'bookworm',
  /** HAProxy's own version is Debian's; this tag is the branch that Debian keeps patched. */
  haproxy: '2.6',
  /** Built from node-image/probe: count it up when the program changes. */
  probe: '1',
  go: Object.freeze({
    /** The highest `go` line among the modules built here (flannel's, Temporal's): an older toolchain refuses them. */
    minimum: '1.25.0',
    /** Builds where the host has no such Go, but its Docker can pull images. */
    image: 'golang:1.25-bookworm',
  }),
});

/**
 * @typedef {object} KubernetesRelease
 * @property {string} kubernetes for example v1.34.4
 * @property {string} etcd release of etcd, etcdctl and etcdutl
 * @property {string} etcdImageTag tag of registry.k8s.io/etcd in the image: kubeadm's `etcd.local.imageTag`
 * @property {boolean} etcdImageTagIsDefault whether kubeadm chooses that tag by itself
 * @property {string} coredns
 * @property {string} pause
 */

/**
 * What goes with each minor version. The CoreDNS and pause versions are those that kubeadm asks for.
 * Minors below 1.34 default to etcd 3.5.24, from which an upgrade to 3.6 can bring removed members back to life;
 * only 3.5.26 and later are safe to leave, so the newest 3.5 is used instead and named to kubeadm explicitly.
 * `release` is the patch release that is tested, and that stands for its minor version on the way to a later one.
 * @type {Readonly<Record<string, {release: string, etcd: string, etcdImageTagIsDefault: boolean, coredns: string, pause: string}>>}
 */
const companions = Object.freeze({
  'v1.34': { release: versions.kubernetes, etcd: 'v3.6.5', etcdImageTagIsDefault: true, coredns: 'v1.12.1', pause: '3.10.1' },
  'v1.33': { release: 'v1.33.13', etcd: 'v3.5.35', etcdImageTagIsDefault: false, coredns: 'v1.12.0', pause: '3.10' },
});

/**
 * The minor versions whose companions are known, such as `v1.34`.
 * @returns {string[]}
 */
export function supportedMinors() {
  return Object.keys(companions);
}

/**
 * A release of each minor version that machines can be built of, oldest first. Other patch releases of the same minor
 * versions can be built as well.
 * @returns {string[]}
 */
export function knownReleases() {
  return Object.values(companions)
    .map(({ release }) => release)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/**
 * Everything that depends on the Kubernetes version.
 * @param {string} [kubernetes] full version with its v; the pinned one when left out
 * @returns {Readonly<KubernetesRelease>}
 * @throws {RangeError} when the text is not a full version, or its minor is not in the table
 */
export function releaseOf(kubernetes = versions.kubernetes) {
  const minor = /^(v1\.\d+)\.\d+$/.exec(kubernetes)?.[1];
  if (minor === undefined) {
    throw new RangeError(`Kubernetes version "${kubernetes}": must be a full release such as ${versions.kubernetes}`);
  }
  const found = companions[minor];
  if (found === undefined) {
    throw new RangeError(
      `Kubernetes version "${kubernetes}": no etcd, CoreDNS and pause versions are pinned for ${minor}; ` +
        `known minors are ${supportedMinors().join(', ')} (node-image/versions.mjs)`,
    );
  }
  const { release: _tested, ...others } = found;
  return Object.freeze({ kubernetes, ...others, etcdImageTag: `${found.etcd.slice(1)}-0` });
}

/**
 * The image that machines of a Kubernetes version run.
 * @param {string} [kubernetes]
 */
export function nodeImage(kubernetes = versions.kubernetes) {
  return `slipway/node:${kubernetes}`;
}

/** The load balancer's image: HAProxy and socat. */
export const haproxyImage = `slipway/haproxy:${versions.haproxy}`;

/** The demo workload's image, inside every node image. */
export const probeImage = `slipway.dev/probe:${versions.probe}`;

/** The network add-on's image, inside every node image. */
export const flannelImage = `ghcr.io/flannel-io/flannel:${versions.flannel}`;
