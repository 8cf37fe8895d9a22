// @ts-check
/** The programs that Slipway needs. What each is made of is told in part-kubernetes.mjs and part-companions.mjs. */
import { coreDnsPart, etcdPart, flannelPart, temporalPart } from './part-companions.mjs';
import { kubectlPart, kubernetesPart } from './part-kubernetes.mjs';

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
