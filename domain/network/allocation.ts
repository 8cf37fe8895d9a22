import { formatIpv4, networksOverlap, parseIpv4, parseIpv4Network } from './ipv4.ts';

/**
 * Where clusters' networks come from: the second octets of two /16 that Docker hands out late and
 * home routers, VPNs and the usual pod and service networks (10.244/16, 10.96/12) leave alone, then
 * a stretch of 10/8. Each /16 gives 256 networks of /24.
 */
const pools = ['172.30', '172.29', ...Array.from({ length: 40 }, (_, index) => `10.${201 + index}`)];

const subnetPrefix = 24;
const networksPerPool = 256;

/**
 * Ports of 127.0.0.1 for SSH and API servers. Below the ephemeral range of Linux (32768 and up), of
 * macOS and of Windows (49152 and up): a client's outgoing connection can never hold one of them
 * when a stopped Machine comes back and needs its port again.
 */
export const hostPortRange = { first: 22_000, last: 26_999 } as const;

const firstMachine = 10;
const lastMachine = 254;

/**
 * All subnets a cluster may get, in the order to try them. `seed` (the cluster's UID) turns the
 * order within each pool, so that installations which cannot see each other's claims rarely meet.
 */
export function listSubnetCandidates(seed: string): readonly string[] {
  const start = hash(seed) % networksPerPool;
  return pools.flatMap((pool) =>
    Array.from({ length: networksPerPool }, (_, index) => `${pool}.${(start + index) % networksPerPool}.0/${subnetPrefix}`),
  );
}

/** Drops the candidates that overlap a network in use: Docker's, the host's routes, pods, services. */
export function withoutOverlaps(candidates: readonly string[], taken: readonly string[]): readonly string[] {
  const networks = taken.map((network) => parseIpv4Network(network));
  return candidates.filter((candidate) => {
    const subnet = parseIpv4Network(candidate);
    return !networks.some((network) => networksOverlap(subnet, network));
  });
}

/** The addresses with a fixed role in a cluster's subnet: gateway .1, load balancer .2. */
export function fixedAddresses(subnet: string): { readonly gateway: string; readonly loadBalancerAddress: string } {
  const { base } = parseIpv4Network(subnet);
  return { gateway: formatIpv4(base + 1), loadBalancerAddress: formatIpv4(base + 2) };
}

/**
 * The lowest free addresses for Machines, from .10 upwards; fewer than `count` where the subnet has
 * no more. `taken` must hold every address whose etcd member, Node or container may still exist.
 */
export function nextAddresses(request: {
  readonly subnet: string;
  readonly taken: readonly string[];
  readonly count: number;
}): readonly string[] {
  const { base } = parseIpv4Network(request.subnet);
  const taken = new Set(request.taken.map((address) => parseIpv4(address)));
  return Array.from({ length: lastMachine - firstMachine + 1 }, (_, index) => base + firstMachine + index)
    .filter((address) => !taken.has(address))
    .slice(0, request.count)
    .map((address) => formatIpv4(address));
}

/** Every port of the range in the order to try them; `seed` chooses where to begin. */
export function listPortCandidates(seed: string): readonly number[] {
  const size = hostPortRange.last - hostPortRange.first + 1;
  const start = hash(seed) % size;
  return Array.from({ length: size }, (_, index) => hostPortRange.first + ((start + index) % size));
}

/** FNV-1a, 32 bits: the same place on every host and in every release. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  return value;
}
