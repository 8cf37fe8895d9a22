// @ts-check
import { fileURLToPath } from 'node:url';
import { loadBalancerPackages } from '../debian-packages.mjs';
import { haproxyImage, versions } from '../versions.mjs';
import { contentHash } from './content-hash.mjs';
import { makeDebianImage } from './debian-image.mjs';

const changes = ['CMD ["haproxy", "-W", "-db", "-f", "/etc/haproxy/haproxy.cfg"]'];

/** The label that a current load balancer image carries. */
export function loadBalancerContent() {
  return contentHash({
    base: fileURLToPath(new URL('.', import.meta.url)),
    paths: ['debian-image.mjs'],
    values: { packages: loadBalancerPackages, haproxy: versions.haproxy, debian: versions.debian, changes },
  });
}

/**
 * @param {{log: string, detail: (text: string) => void}} task
 */
export async function makeLoadBalancerImage({ log, detail }) {
  await makeDebianImage({
    reference: haproxyImage,
    content: await loadBalancerContent(),
    packages: loadBalancerPackages,
    changes,
    log,
    detail,
  });
}
