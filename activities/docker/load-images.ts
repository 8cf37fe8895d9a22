import type Dockerode from 'dockerode';
import type { ClusterIdentity } from '../../domain/identity.ts';
import { callEngine } from './engine.ts';
import { DockerRequestError, VersionNotAvailableError } from './errors.ts';
import { findMachineContainer } from './find-machine-container.ts';
import { importImages } from './import-images.ts';

/**
 * Hands images of the engine over to a Machine's containerd, as `docker save | ctr images import` does. What is there
 * already is not stored twice, so it can be repeated.
 * @throws VersionNotAvailableError naming an image that the engine has no longer
 */
export async function loadImages(request: {
  readonly docker: Dockerode;
  readonly cluster: ClusterIdentity;
  readonly machine: string;
  readonly machineUid: string;
  readonly images: readonly string[];
  readonly signal: AbortSignal;
}): Promise<void> {
  const { docker, cluster, machine, machineUid, images, signal } = request;
  const { container } = await findMachineContainer({ docker, cluster, machine, machineUid, signal });
  for (const image of images) {
    const saved = await saveImage(docker, image, signal);
    await importImages({ docker, container, saved, what: `load the image ${image} into ${machine}`, signal });
  }
}

async function saveImage(docker: Dockerode, image: string, signal: AbortSignal): Promise<NodeJS.ReadableStream> {
  try {
    return await callEngine(`save the image ${image}`, signal, () => docker.getImage(image).get());
  } catch (error) {
    if (!(error instanceof DockerRequestError) || (error.statusCode !== 404 && !/no such image|reference does not exist/i.test(error.message))) throw error;
    throw new VersionNotAvailableError(`preLoadImages ${image}: the Docker engine has no such image any more. Run: docker pull ${image}`);
  }
}
