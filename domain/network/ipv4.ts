/** An IPv4 network as numbers: `base` with all host bits zero, `size` addresses. */
export type Ipv4Network = { readonly base: number; readonly prefix: number; readonly size: number };

/** @throws RangeError when the text is not four decimal octets */
export function parseIpv4(text: string): number {
  const octets = text.split('.').map((octet) => (/^(0|[1-9]\d{0,2})$/.test(octet) ? Number(octet) : Number.NaN));
  if (octets.length !== 4 || !octets.every((octet) => octet <= 255)) throw new RangeError(`${text} is not an IPv4 address`);
  return octets.reduce((address, octet) => address * 256 + octet, 0);
}

export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/**
 * Reads "172.30.4.0/24". Host bits are cut off, because routes and Docker's networks are compared
 * here, not validated.
 * @throws RangeError
 */
export function parseIpv4Network(cidr: string): Ipv4Network {
  const [address = '', length = ''] = cidr.split('/');
  const prefix = /^\d{1,2}$/.test(length) ? Number(length) : Number.NaN;
  if (!(prefix <= 32)) throw new RangeError(`${cidr} is not an IPv4 network in CIDR notation`);
  const size = 2 ** (32 - prefix);
  return { base: Math.floor(parseIpv4(address) / size) * size, prefix, size };
}

/** Whether the two share an address. */
export function networksOverlap(a: Ipv4Network, b: Ipv4Network): boolean {
  return a.base < b.base + b.size && b.base < a.base + a.size;
}
