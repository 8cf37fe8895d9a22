import ipaddr from 'ipaddr.js';
import type { Check, Wrong } from './wrong.ts';

/** An IPv4 network: its first address as a number, and its prefix length. */
export type Network = { readonly address: number; readonly prefix: number };

const CIDR = /^([0-9.]{7,15})\/(0|[1-9]\d?)$/;
/** ipaddr.js names for ranges that routers or the kernel treat in their own way. */
const UNUSABLE_RANGES = new Set(['unspecified', 'loopback', 'linkLocal', 'multicast', 'broadcast']);

const toNumber = (octets: readonly number[]): number => octets.reduce((sum, octet) => sum * 256 + octet, 0);

const size = (prefix: number): number => 2 ** (32 - prefix);

/** undefined unless the text is an IPv4 network in CIDR notation; bits behind the prefix are cut off. */
export const parseNetwork = (text: string): Network | undefined => {
  const [, address, prefixText] = CIDR.exec(text) ?? [];
  if (address === undefined || !ipaddr.IPv4.isValidFourPartDecimal(address)) return undefined;
  const prefix = Number(prefixText);
  if (prefix > 32) return undefined;
  const host = toNumber(ipaddr.IPv4.parse(address).octets);
  return { address: Math.floor(host / size(prefix)) * size(prefix), prefix };
};

export const formatNetwork = ({ address, prefix }: Network): string => {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  return `${octets.join('.')}/${prefix}`;
};

export const overlaps = (a: Network, b: Network): boolean =>
  a.address < b.address + size(b.prefix) && b.address < a.address + size(a.prefix);

/** One IPv4 network in CIDR notation whose address is the network's own. */
export const checkNetwork: Check<string> = (text) => {
  if (ipaddr.IPv6.isValidCIDR(text)) {
    return {
      reason: 'Unsupported value',
      message: 'IPv6 and dual-stack clusters are not supported',
      expected: 'use one IPv4 network such as "10.96.0.0/12"',
    };
  }
  const network = parseNetwork(text);
  if (network === undefined) {
    return { message: 'must be an IPv4 network in CIDR notation', expected: 'write a network such as "10.96.0.0/12"' };
  }
  if (formatNetwork(network) !== text) {
    return {
      message: 'has bits set behind its prefix length',
      expected: `write "${formatNetwork(network)}", or the prefix length that you mean`,
    };
  }
  const first = ipaddr.IPv4.parse(formatNetwork(network).split('/')[0] ?? '');
  if (UNUSABLE_RANGES.has(first.range())) {
    return {
      message: `lies in a range for other purposes (${first.range()})`,
      expected: 'use a private network such as "10.96.0.0/12"',
    };
  }
  return undefined;
};

/**
 * kubeadm wants at least ten addresses, because DNS gets the tenth; kube-apiserver refuses more than 20 bits of hosts.
 */
export const checkServiceNetworkSize: Check<Network> = ({ prefix }) => {
  if (prefix < 12) {
    return {
      message: `/${prefix} is too large: kube-apiserver takes at most 2^20 service addresses`,
      expected: 'use a prefix length from /12 to /28',
    };
  }
  if (prefix > 28) {
    return {
      message: `/${prefix} is too small: kubeadm wants at least ten service addresses`,
      expected: 'use a prefix length from /12 to /28',
    };
  }
  return undefined;
};

/**
 * Each Node gets a network of its own out of the pod network; kube-controller-manager's allocator
 * cannot handle more than 16 bits of such networks, so kubeadm refuses them.
 */
export const checkPodNetworkSize = ({
  network,
  nodeMask,
  machines,
}: {
  readonly network: Network;
  readonly nodeMask: number;
  readonly machines: number;
}): Wrong | undefined => {
  if (nodeMask - network.prefix > 16) {
    return {
      message: `/${network.prefix} is too large for Node networks of /${nodeMask}: at most 16 bits lie between them`,
      expected: `use a prefix length of /${nodeMask - 16} or longer`,
    };
  }
  const capacity = network.prefix > nodeMask ? 0 : 2 ** (nodeMask - network.prefix);
  // A machine that is being replaced is there beside its successor.
  const needed = machines + 1;
  if (capacity >= needed) return undefined;
  const fitting = nodeMask - Math.ceil(Math.log2(needed));
  return {
    message: `/${network.prefix} holds ${capacity} Node networks of /${nodeMask}, but ${machines} machines and one replacement need ${needed}`,
    expected: `use a prefix length of /${fitting} or shorter`,
  };
};
