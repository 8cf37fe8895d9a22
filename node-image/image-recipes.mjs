// @ts-check
/** Which container images a machine carries, and what is in each. Pure: names, files and configuration only. */
import { flannelImage, probeImage } from './versions.mjs';

/** @typedef {import('./versions.mjs').KubernetesRelease} KubernetesRelease */

/**
 * @typedef {object} ImageRecipe
 * @property {string} name full reference, as Pods ask for it
 * @property {Readonly<Record<string, {part: string, binary: string}>>} files path in the image → program of a part
 * @property {readonly string[]} entrypoint empty where every Pod names its command, as kubeadm's static Pods do
 * @property {readonly string[]} command default arguments
 * @property {boolean} networkTools whether iptables and its libraries belong in it
 */

const controlPlane = /** @type {const} */ (['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']);

/**
 * The images of one Kubernetes version: what `kubeadm config images list` names, the network add-on, and the probe.
 * @param {KubernetesRelease} release
 * @returns {ImageRecipe[]}
 */
export function imageRecipes(release) {
  const registry = 'registry.k8s.io';
  return [
    ...controlPlane.map((name) => recipe(`${registry}/${name}:${release.kubernetes}`, programs('kubernetes', name))),
    recipe(`${registry}/kube-proxy:${release.kubernetes}`, programs('kubernetes', 'kube-proxy'), {
      networkTools: true,
    }),
    recipe(`${registry}/etcd:${release.etcdImageTag}`, programs('etcd', 'etcd', 'etcdctl', 'etcdutl')),
    recipe(
      `${registry}/coredns/coredns:${release.coredns}`,
      { '/coredns': { part: 'coredns', binary: 'coredns' } },
      { entrypoint: ['/coredns'] },
    ),
    recipe(
      `${registry}/pause:${release.pause}`,
      { '/pause': { part: 'pause', binary: 'pause' } },
      { entrypoint: ['/pause'] },
    ),
    recipe(
      flannelImage,
      { '/opt/bin/flanneld': { part: 'flannel', binary: 'flanneld' } },
      { entrypoint: ['/opt/bin/flanneld'], networkTools: true },
    ),
    recipe(
      probeImage,
      { '/probe': { part: 'probe', binary: 'probe' } },
      { entrypoint: ['/probe'], command: ['serve'] },
    ),
  ];
}

/**
 * The OCI image configuration, with `@DIFF_ID@` where the layer's digest belongs.
 * @param {ImageRecipe} image
 * @param {string} architecture in Go's words
 */
export function imageConfig(image, architecture) {
  return {
    // A fixed date keeps the digest the same from build to build.
    created: '1970-01-01T00:00:00Z',
    architecture,
    os: 'linux',
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ...(image.entrypoint.length > 0 ? { Entrypoint: image.entrypoint } : {}),
      ...(image.command.length > 0 ? { Cmd: image.command } : {}),
    },
    rootfs: { type: 'layers', diff_ids: ['@DIFF_ID@'] },
  };
}

/**
 * @param {string} part
 * @param {...string} binaries
 */
function programs(part, ...binaries) {
  return Object.fromEntries(binaries.map((binary) => [`/usr/local/bin/${binary}`, { part, binary }]));
}

/**
 * @param {string} name
 * @param {ImageRecipe['files']} files
 * @param {Partial<Pick<ImageRecipe, 'entrypoint' | 'command' | 'networkTools'>>} [more]
 * @returns {ImageRecipe}
 */
function recipe(name, files, { entrypoint = [], command = [], networkTools = false } = {}) {
  return { name, files, entrypoint, command, networkTools };
}
