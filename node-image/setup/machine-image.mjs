// @ts-check
/** The image of a machine: Debian's packages, the parts, and every container image that kubeadm asks for. */
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machinePackages } from '../debian-packages.mjs';
import { imageConfig, imageRecipes } from '../image-recipes.mjs';
import { cacheDir } from '../tool-paths.mjs';
import { nodeImage, versions } from '../versions.mjs';
import { contentHash } from './content-hash.mjs';
import { containerName, contentLabel, docker, imageContent } from './docker-cli.mjs';
import { makeDebianImage } from './debian-image.mjs';
import { programPath } from './part-sources.mjs';

/** @typedef {import('../parts.mjs').Part} Part */
/** @typedef {import('../versions.mjs').KubernetesRelease} KubernetesRelease */

const sources = fileURLToPath(new URL('..', import.meta.url));
const machinePrograms = { kubernetes: ['kubeadm', 'kubelet', 'kubectl'], etcd: ['etcdctl', 'etcdutl'] };

/**
 * The label that a current image of this release carries.
 * @param {KubernetesRelease} release
 * @param {string} arch
 */
export function machineContent(release, arch) {
  const images = imageRecipes(release).map((image) => ({ name: image.name, config: imageConfig(image, arch), image }));
  return contentHash({
    base: sources,
    paths: ['install-machine.sh', 'rootfs', 'probe', 'pause'],
    values: { release, images, machinePrograms, packages: machinePackages, debian: versions.debian },
  });
}

/**
 * @param {{release: KubernetesRelease, arch: string, parts: readonly Part[], log: string,
 *   detail: (text: string) => void}} task
 */
export async function makeMachineImage({ release, arch, parts, log, detail }) {
  const content = await machineContent(release, arch);
  const base = await baseImage({ log, detail });
  const work = await mkdtemp(join(cacheDir(), '.work-'));
  // An overlay cannot sit on an overlay: containerd unpacks into a volume, and the result is copied into the image.
  const options = [
    `--name=${containerName('machine')}`,
    '--network=none',
    // Inherited by the image: how systemd is told to shut down.
    '--stop-signal=SIGRTMIN+3',
    '--cap-add=SYS_ADMIN',
    '--security-opt=seccomp=unconfined',
    '--security-opt=apparmor=unconfined',
    '--mount=type=volume,destination=/var/lib/containerd',
    '--tmpfs=/run',
    '--tmpfs=/tmp',
  ];
  const id = (await docker(['create', ...options, base, 'bash', '/stage/install-machine.sh'], { log })).trim();
  try {
    detail('copying programs');
    await stage({ folder: join(work, 'stage'), release, arch, parts });
    await docker(['cp', join(work, 'stage'), `${id}:/`], { log });
    await docker(['start', '--attach', id], { log, onLine: (line) => line.startsWith('importing ') && detail(line) });
    detail('committing');
    const changes = [
      'ENTRYPOINT ["/usr/lib/slipway/entrypoint"]',
      'CMD ["/sbin/init"]',
      'ENV container=docker',
      // etcd, containerd and the kubelet write here; an overlay would refuse or slow them.
      'VOLUME /var',
      `LABEL slipway.dev/kubernetes-version=${release.kubernetes} slipway.dev/etcd-version=${release.etcd}`,
      `LABEL ${contentLabel}=${content}`,
    ].flatMap((change) => ['--change', change]);
    await docker(['commit', ...changes, id, nodeImage(release.kubernetes)], { log });
  } finally {
    await docker(['rm', '--force', '--volumes', id]);
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * @param {{log: string, detail: (text: string) => void}} task
 */
async function baseImage({ log, detail }) {
  const content = await contentHash({ base: sources, paths: ['debian-packages.mjs'], values: versions.debian });
  const reference = `slipway/base:${versions.debian}`;
  if ((await imageContent(reference)) !== content) {
    await makeDebianImage({ reference, content, packages: machinePackages, log, detail });
  }
  return reference;
}

/**
 * Lays out what install-machine.sh expects.
 * @param {{folder: string, release: KubernetesRelease, arch: string, parts: readonly Part[]}} task
 */
async function stage({ folder, release, arch, parts }) {
  const byName = new Map(parts.map((part) => [part.name, part]));
  const place = async (/** @type {string} */ name, /** @type {string} */ program, /** @type {string} */ to) => {
    const part = byName.get(name);
    if (part === undefined) throw new TypeError(`no part named ${name}`);
    await mkdir(dirname(to), { recursive: true });
    await copyFile(programPath(part, program), to);
    await chmod(to, 0o755);
  };
  await cp(join(sources, 'rootfs'), join(folder, 'rootfs'), { recursive: true });
  await copyFile(join(sources, 'install-machine.sh'), join(folder, 'install-machine.sh'));
  const config = join(folder, 'rootfs/etc/containerd/config.toml');
  await writeFile(config, (await readFile(config, 'utf8')).replace('@PAUSE@', release.pause));
  for (const [part, programs] of Object.entries(machinePrograms)) {
    for (const program of programs) await place(part, program, join(folder, 'bin', program));
  }
  for (const [index, image] of imageRecipes(release).entries()) {
    const at = join(folder, 'images', String(index));
    for (const [path, { part, binary }] of Object.entries(image.files)) {
      await place(part, binary, join(at, 'root', path));
    }
    await writeFile(join(at, 'name'), image.name);
    await writeFile(join(at, 'config.json'), JSON.stringify(imageConfig(image, arch)));
    if (image.networkTools) await writeFile(join(at, 'tools'), '');
  }
}
