// @ts-check
/** The programs that Slipway needs, where each is officially published, and from which modules it can be built. */
import { versions } from './versions.mjs';

/** @typedef {import('./versions.mjs').KubernetesRelease} KubernetesRelease */

/**
 * @typedef {object} ReleasedFile
 * @property {string} url a program, or a .tar.gz that holds programs
 * @property {string} checksumUrl a sha256 alone, or lines of `<sha256>  <file name>`
 * @property {Readonly<Record<string, string>>} programs name → path inside of the archive; '' when the file is it
 */

/**
 * @typedef {object} ModuleBuild
 * @property {Readonly<Record<string, string>>} modules path → version
 * @property {Readonly<Record<string, string>>} packages program → main package
 * @property {readonly string[]} [replace] lines for go.mod, without the keyword
 * @property {string} [stagingOf] module whose own `replace … => ./staging/…` lines name modules of the same release
 * @property {readonly string[]} linkerFlags
 * @property {string} [leaveOut] folder of the first module that is replaced by an empty package
 */

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} version
 * @property {string} platform of the programs, in Go's words
 * @property {readonly string[]} programs
 * @property {readonly ReleasedFile[]} released empty where nothing is published with a checksum
 * @property {ModuleBuild} [build]
 * @property {string} [source] folder of this repository that holds the program's own source
 * @property {readonly string[]} [versionCommand] how a copy elsewhere on this host tells its version
 * @property {string} [alsoIn] another part of the same version that may hold the program
 */

const slim = ['-s', '-w'];

/**
 * Parts that end up inside of a machine's image.
 * @param {{release: KubernetesRelease, arch: string, probe: string, pause: string}} wanted arch in Go's words; versions
 *   of the two programs of this repository
 * @returns {Part[]}
 */
export function machineParts({ release, arch, probe, pause }) {
  const platform = `linux-${arch}`;
  return [
    kubernetesPart(release.kubernetes, platform),
    etcdPart(release.etcd, platform),
    coreDnsPart(release.coredns, platform),
    flannelPart(platform),
    { name: 'pause', version: pause, platform, programs: ['pause'], released: [], source: 'pause' },
    { name: 'probe', version: probe, platform, programs: ['probe'], released: [], source: 'probe' },
  ];
}

/**
 * Parts that run on this host.
 * @param {{release: KubernetesRelease, platform: string}} wanted
 * @returns {Part[]}
 */
export function hostParts({ release, platform }) {
  return [temporalPart(platform), kubectlPart(release.kubernetes, platform)];
}

const kubernetesPrograms = /** @type {const} */ ([
  'kubeadm',
  'kubelet',
  'kubectl',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
]);

/**
 * @param {string} version
 * @param {string} platform
 * @returns {Part}
 */
function kubernetesPart(version, platform) {
  return {
    name: 'kubernetes',
    version,
    platform,
    programs: kubernetesPrograms,
    released: kubernetesPrograms.map((program) => kubernetesRelease(version, platform, program)),
    build: kubernetesBuild(version, kubernetesPrograms),
  };
}

/**
 * @param {string} version
 * @param {string} platform
 * @returns {Part}
 */
function kubectlPart(version, platform) {
  return {
    name: 'kubectl',
    version,
    platform,
    programs: ['kubectl'],
    released: [kubernetesRelease(version, platform, 'kubectl')],
    build: kubernetesBuild(version, ['kubectl']),
    versionCommand: ['version', '--client', '--output=json'],
    alsoIn: 'kubernetes',
  };
}

/**
 * @param {string} version
 * @param {string} platform
 * @param {string} program
 * @returns {ReleasedFile}
 */
function kubernetesRelease(version, platform, program) {
  const url = `https://dl.k8s.io/release/${version}/bin/${platform.replace('-', '/')}/${program}`;
  return { url, checksumUrl: `${url}.sha256`, programs: { [program]: '' } };
}

/**
 * @param {string} version
 * @param {readonly string[]} programs
 * @returns {ModuleBuild}
 */
function kubernetesBuild(version, programs) {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  // Without these kubeadm takes itself for v0.0.0 and refuses every configuration.
  const stamps = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  return {
    modules: { 'k8s.io/kubernetes': version },
    packages: Object.fromEntries(programs.map((program) => [program, `k8s.io/kubernetes/cmd/${program}`])),
    stagingOf: 'k8s.io/kubernetes',
    linkerFlags: [
      ...slim,
      ...['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((at) =>
        Object.entries(stamps).map(([key, value]) => `-X ${at}.${key}=${value}`),
      ),
    ],
  };
}

/**
 * @param {string} version
 * @param {string} platform
 * @returns {Part}
 */
function etcdPart(version, platform) {
  const folder = `etcd-${version}-${platform}`;
  const at = `https://github.com/etcd-io/etcd/releases/download/${version}`;
  const programs = ['etcd', 'etcdctl', 'etcdutl'];
  const packages = {
    etcd: 'go.etcd.io/etcd/server/v3',
    etcdctl: 'go.etcd.io/etcd/etcdctl/v3',
    etcdutl: 'go.etcd.io/etcd/etcdutl/v3',
  };
  return {
    name: 'etcd',
    version,
    platform,
    programs,
    released: [
      {
        url: `${at}/${folder}.tar.gz`,
        checksumUrl: `${at}/SHA256SUMS`,
        programs: Object.fromEntries(programs.map((program) => [program, `${folder}/${program}`])),
      },
    ],
    build: {
      modules: Object.fromEntries(Object.values(packages).map((path) => [path, version])),
      packages,
      linkerFlags: slim,
    },
  };
}

/**
 * @param {string} version
 * @param {string} platform
 * @returns {Part}
 */
function coreDnsPart(version, platform) {
  const url =
    `https://github.com/coredns/coredns/releases/download/${version}/` +
    `coredns_${version.slice(1)}_${platform.replace('-', '_')}.tgz`;
  return {
    name: 'coredns',
    version,
    platform,
    programs: ['coredns'],
    released: [{ url, checksumUrl: `${url}.sha256`, programs: { coredns: 'coredns' } }],
    build: {
      modules: { 'github.com/coredns/coredns': version },
      packages: { coredns: 'github.com/coredns/coredns' },
      linkerFlags: slim,
    },
  };
}

/**
 * flannel's releases carry no checksums, so it is always built.
 * @param {string} platform
 * @returns {Part}
 */
function flannelPart(platform) {
  const tencent = 'github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common';
  const version = versions.flannel;
  return {
    name: 'flannel',
    version,
    platform,
    programs: ['flanneld'],
    released: [],
    build: {
      modules: { 'github.com/flannel-io/flannel': version },
      packages: { flanneld: 'github.com/flannel-io/flannel' },
      // The version that flannel names was split into modules that no longer fit together.
      replace: [`${tencent} => ${tencent} v1.1.25`],
      linkerFlags: [...slim, `-X github.com/flannel-io/flannel/pkg/version.Version=${version}`],
      // The UDP back end is C and meant for debugging; without it no C compiler is needed.
      leaveOut: 'pkg/backend/udp',
    },
  };
}

/**
 * @param {string} platform
 * @returns {Part}
 */
function temporalPart(platform) {
  const version = versions.temporal;
  const at = `https://github.com/temporalio/cli/releases/download/${version}`;
  return {
    name: 'temporal',
    version,
    platform,
    programs: ['temporal'],
    released: [
      {
        url: `${at}/temporal_cli_${version.slice(1)}_${platform.replace('-', '_')}.tar.gz`,
        checksumUrl: `${at}/checksums.txt`,
        programs: { temporal: 'temporal' },
      },
    ],
    build: {
      modules: { 'github.com/temporalio/cli': version },
      packages: { temporal: 'github.com/temporalio/cli/cmd/temporal' },
      linkerFlags: [...slim, `-X github.com/temporalio/cli/temporalcli.Version=${version.slice(1)}`],
    },
    versionCommand: ['--version'],
  };
}
