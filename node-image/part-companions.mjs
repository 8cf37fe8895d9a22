// @ts-check
/** Where the programs around Kubernetes are published, and how they are built. */
import { versions } from './versions.mjs';

/** @typedef {import('./parts.mjs').Part} Part */

/** Without symbol tables: a third smaller, and nobody debugs them in a machine. */
const slim = ['-s', '-w'];

/**
 * @param {string} version
 * @param {string} platform
 * @returns {Part}
 */
export function etcdPart(version, platform) {
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
export function coreDnsPart(version, platform) {
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
export function flannelPart(platform) {
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
export function temporalPart(platform) {
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
