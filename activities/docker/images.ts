import type Dockerode from 'dockerode';
import { unknownReason } from '../../domain/version/known-versions.ts';
import { knownReleases } from '../../node-image/versions.mjs';
import { callEngine, findInEngine } from './engine.ts';
import { VersionNotAvailableError } from './errors.ts';
import { machineImage } from './names.ts';

/** Of the images that set-up makes; their tags are Kubernetes versions. */
const nodeRepository = 'slipway/node';

/** Kubernetes versions that this engine has a Machine's image for, oldest first. */
export async function listNodeVersions(docker: Dockerode, signal?: AbortSignal): Promise<readonly string[]> {
  const images = await callEngine('list images', signal, (options) =>
    docker.listImages({ filters: { reference: [nodeRepository] }, ...options }),
  );
  const tags = images.flatMap((image) => image.RepoTags ?? []);
  const versions = tags
    .filter((tag) => tag.startsWith(`${nodeRepository}:`))
    .map((tag) => tag.slice(nodeRepository.length + 1))
    .filter((tag) => /^v\d+\.\d+\.\d+/.test(tag));
  return [...new Set(versions)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** @throws VersionNotAvailableError naming what is there and what to run */
export async function checkMachineImage(
  docker: Dockerode,
  request: { readonly version: string; readonly customImage?: string; readonly preLoadImages?: readonly string[] },
): Promise<void> {
  const image = machineImage(request);
  for (const wanted of request.preLoadImages ?? []) {
    if (await hasImage(docker, wanted)) continue;
    throw new VersionNotAvailableError(
      `preLoadImages ${wanted}: the Docker engine has no such image, and Slipway pulls none by itself. Nothing was started. ` +
        `Run: docker pull ${wanted} – or take it out of preLoadImages.`,
    );
  }
  if (await hasImage(docker, image)) return;
  if (request.customImage !== undefined) {
    throw new VersionNotAvailableError(
      `customImage ${image}: the Docker engine has no such image, and Slipway pulls none by itself. Nothing was started. ` +
        `Run: docker pull ${image} – or leave customImage out for Slipway's own image of ${request.version}.`,
    );
  }
  const unknown = unknownReason(request.version, knownReleases());
  if (unknown !== undefined) throw new VersionNotAvailableError(`${unknown}. Nothing was started. Use one of these, or a customImage.`);
  const versions = await listNodeVersions(docker);
  throw new VersionNotAvailableError(
    `Kubernetes ${request.version}: no image for it on this host (there is: ${versions.join(', ') || 'none'}). Nothing was started. ` +
      `Run: slipway setup --kubernetes-version ${request.version}`,
  );
}

/** @throws VersionNotAvailableError */
export async function checkLoadBalancerImage(docker: Dockerode, image: string): Promise<void> {
  if (await hasImage(docker, image)) return;
  throw new VersionNotAvailableError(`${image}: the load balancer's image is not on this host. Nothing was started. Run: slipway setup`);
}

async function hasImage(docker: Dockerode, image: string): Promise<boolean> {
  return (await findInEngine(`look for the image ${image}`, undefined, () => docker.getImage(image).inspect())) !== undefined;
}
