import type Docker from 'dockerode';

/** The Kubernetes versions that this host has a machine image for, newest first. */
export async function listKubernetesVersions(docker: Docker): Promise<readonly string[]> {
  const images = await docker.listImages({ filters: { reference: ['slipway/node'] } });
  return images
    .flatMap((image) => image.RepoTags ?? [])
    .map((tag) => tag.slice(tag.lastIndexOf(':') + 1))
    .toSorted((a, b) => b.localeCompare(a, undefined, { numeric: true }));
}
