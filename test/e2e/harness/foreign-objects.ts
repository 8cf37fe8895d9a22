import { randomUUID } from 'node:crypto';
import { haproxyImage } from '../../../node-image/versions.mjs';
import { docker, listObjects, removeObjects } from './docker.ts';

/** Says which test made them; the product knows no such label. */
const ownerLabel = 'slipway-e2e-bystander-of';

/**
 * What Slipway must never touch, as close to a cluster as it can be: another installation's container,
 * network and volume of a cluster of the same name, and a container of hand with a name like its own.
 */
export async function makeForeignObjects(storeId: string, cluster: string): Promise<void> {
  const owner = { [ownerLabel]: storeId };
  const labels = {
    ...owner,
    'dev.slipway.installation': randomUUID(),
    'dev.slipway.cluster': cluster,
    'dev.slipway.cluster-uid': randomUUID(),
    'dev.slipway.machine': `${cluster}-control-plane-zzzzz`,
    'dev.slipway.machine-uid': randomUUID(),
    'dev.slipway.role': 'control-plane',
  };
  await docker.createNetwork({ Name: `slipway-${cluster}-other`, Labels: labels });
  const volume = `${cluster}-other`;
  await docker.createVolume({ Name: volume, Labels: labels });
  const run = async (name: string, own: Record<string, string>): Promise<void> => {
    const container = await docker.createContainer({
      name,
      Image: haproxyImage,
      Entrypoint: ['sleep', 'infinity'],
      Labels: own,
      HostConfig: { Mounts: [{ Type: 'volume', Source: volume, Target: '/mnt' }] },
    });
    await container.start();
  };
  await run(`${cluster}-control-plane-zzzzz`, labels);
  await run(`${cluster}-lb-of-hand`, owner);
}

/** Each object with what would change if somebody had touched it. */
export async function describeForeignObjects(storeId: string): Promise<readonly string[]> {
  const { containers, networks, volumes } = await listObjects(`${ownerLabel}=${storeId}`);
  const started = await Promise.all(
    containers.map(async (name) => {
      const { Id, State } = await docker.getContainer(name).inspect();
      return `container ${name} ${Id} ${State.Status} since ${State.StartedAt}`;
    }),
  );
  return [...started, ...networks.map((name) => `network ${name}`), ...volumes.map((name) => `volume ${name}`)];
}

export async function removeForeignObjects(storeId: string): Promise<void> {
  await removeObjects(`${ownerLabel}=${storeId}`);
}
