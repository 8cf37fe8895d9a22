import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type Dockerode from 'dockerode';
import { formatIpv4 } from '../../domain/network/ipv4.ts';
import { callEngine } from './engine.ts';
import type { Labels } from './labels.ts';
import { runThrowaway } from './throwaway-container.ts';

const routeTable = '/proc/net/route';

/**
 * IPv4 networks that a new one must not overlap: those of the engine, and all that its host has a
 * route to, such as a VPN's (the engine itself refuses only the first kind).
 * @param image any image with a shell's tools, for an engine whose host is not this one
 */
export async function listNetworksInUse(request: {
  readonly docker: Dockerode;
  readonly image: string;
  readonly labels: Labels;
  readonly signal: AbortSignal;
}): Promise<readonly string[]> {
  const { docker, signal } = request;
  const [networks, routes] = await Promise.all([
    callEngine('list networks', signal, (options) => docker.listNetworks({ ...options })),
    readRoutes(request),
  ]);
  const subnets = networks.flatMap((network) => (network.IPAM?.Config ?? []).map((config) => config.Subnet ?? ''));
  return [...new Set([...subnets.filter((subnet) => subnet.includes('.')), ...routes])];
}

async function readRoutes(request: Parameters<typeof listNetworksInUse>[0]): Promise<readonly string[]> {
  const info = await callEngine('ask the Docker engine what it is', request.signal, () => request.docker.info());
  // A container's or a virtual machine's name is not its host's, so equal names mean one route table.
  if (info.Name === hostname()) return parseRouteTable(await readFile(routeTable, 'utf8'));
  const { output } = await runThrowaway({ ...request, command: ['/bin/cat', routeTable], hostConfig: { NetworkMode: 'host' } });
  return parseRouteTable(output);
}

/** Reads /proc/net/route (addresses in hexadecimal, last octet first); without the default route. */
export function parseRouteTable(text: string): readonly string[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/))
    .flatMap((fields) => {
      const [, destination = '', , , , , , mask = ''] = fields;
      if (!/^[0-9A-F]{8}$/i.test(destination) || !/^[0-9A-F]{8}$/i.test(mask)) return [];
      const prefix = readHexAddress(mask).toString(2).replaceAll('0', '').length;
      return prefix === 0 ? [] : [`${formatIpv4(readHexAddress(destination))}/${prefix}`];
    });
}

function readHexAddress(text: string): number {
  const octets = text.match(/../g) ?? [];
  return octets.reduceRight((address, octet) => address * 256 + Number.parseInt(octet, 16), 0);
}
