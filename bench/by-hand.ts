import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import { renderFlannel } from '../activities/addons/flannel.ts';
import { machineRights, type EngineLimits } from '../activities/docker/container-spec.ts';
import { createEngineLimits } from '../activities/docker/engine-limits.ts';
import { flannelImage, haproxyImage, nodeImage, releaseOf, versions } from '../node-image/versions.mjs';
import { runCommand } from './run-command.ts';
import type { Size } from './size.ts';

const script = (name: string): string => fileURLToPath(new URL(`by-hand/${name}`, import.meta.url));

export type ByHand = {
  /** Seconds until all Nodes are Ready. */
  readonly create: (name: string, size: Size) => Promise<number>;
  readonly delete: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** kubeadm by hand, over the images that Slipway uses, with the rights that its machines have. */
export async function prepareByHand(): Promise<ByHand> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-by-hand-'));
  const addon = join(folder, 'network-addon.yaml');
  await writeFile(addon, renderFlannel({ podCIDR: '10.244.0.0/16', image: flannelImage, apiServer: { address: 'API_SERVER', port: 6443 } }));
  const limits = await createEngineLimits(new Docker())({ image: nodeImage(), labels: {}, signal: AbortSignal.timeout(60_000) });
  const release = releaseOf();
  const env = {
    ...process.env,
    TMPDIR: folder,
    NODE_IMAGE: nodeImage(),
    HAPROXY_IMAGE: haproxyImage,
    KUBERNETES_VERSION: versions.kubernetes,
    NETWORK_ADDON: addon,
    RUN_FLAGS: runFlags(limits).join(' '),
    ...(release.etcdImageTagIsDefault ? {} : { ETCD_IMAGE_TAG: release.etcdImageTag }),
  };
  return {
    async create(name, size) {
      return (await runCommand(script('create.sh'), [name, String(size.controlPlanes), String(size.workers)], env)).seconds;
    },
    async delete(name) {
      await runCommand(script('delete.sh'), [name], env);
    },
    close: () => rm(folder, { recursive: true }),
  };
}

/** The same rights in the words of `docker run`, which knows the two empty path lists as one option; devices are not needed here. */
function runFlags(limits: EngineLimits): readonly string[] {
  const rights = machineRights(limits);
  return [
    ...list(rights.CapAdd, 'cap-add'),
    ...list(rights.CapDrop, 'cap-drop'),
    ...list([...(rights.SecurityOpt ?? []), 'systempaths=unconfined'], 'security-opt'),
    ...(limits.kernelLog ? ['--device=/dev/kmsg'] : []),
    `--cgroupns=${rights.CgroupnsMode}`,
    ...(limits.remapsUsers ? ['--userns=host'] : []),
    ...(limits.kernelModules ? ['--volume=/lib/modules:/lib/modules:ro'] : []),
  ];
}

function list(values: readonly string[] | undefined, flag: string): readonly string[] {
  return (values ?? []).map((value) => `--${flag}=${value}`);
}
