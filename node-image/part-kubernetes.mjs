// @ts-check
/** Where Kubernetes' programs are published, and how they are built. */

/** @typedef {import('./parts.mjs').Part} Part */
/** @typedef {import('./parts.mjs').ReleasedFile} ReleasedFile */
/** @typedef {import('./parts.mjs').ModuleBuild} ModuleBuild */

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
export function kubernetesPart(version, platform) {
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
export function kubectlPart(version, platform) {
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
      '-s',
      '-w',
      ...['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((at) =>
        Object.entries(stamps).map(([key, value]) => `-X ${at}.${key}=${value}`),
      ),
    ],
  };
}
