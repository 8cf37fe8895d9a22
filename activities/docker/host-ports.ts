import { createServer } from 'node:net';
import type Dockerode from 'dockerode';
import { hostPortRange, listPortCandidates } from '../../domain/network/allocation.ts';
import type { ClusterIdentity } from '../../domain/identity.ts';
import type { Store } from '../seams/store.ts';
import { claimValue, listClaims, type ClaimScope } from './claims.ts';
import { listContainers } from './containers.ts';
import { AllocationError } from './errors.ts';
import { label } from './labels.ts';

/**
 * A port of 127.0.0.1 for each name. A name that has one keeps it.
 * @throws AllocationError when too few are free
 */
export async function claimHostPorts(request: {
  readonly docker: Dockerode;
  readonly store: Store;
  readonly host: string;
  readonly cluster: ClusterIdentity;
  readonly names: readonly string[];
  readonly signal?: AbortSignal;
}): Promise<Readonly<Record<string, number>>> {
  const { docker, store, host, cluster, names, signal } = request;
  const scope: ClaimScope = { store, kind: 'ports', host };
  const claims = await listClaims(scope);
  const ports = new Map(
    claims.filter((claim) => claim.clusterUid === cluster.uid).map((claim) => [claim.name, Number(claim.value)]),
  );
  const missing = names.filter((name) => !ports.has(name));
  if (missing.length > 0) {
    const taken = new Set([...claims.map((claim) => Number(claim.value)), ...(await listPublishedPorts(docker, signal))]);
    const candidates = listPortCandidates(cluster.uid).filter((port) => !taken.has(port)).values();
    for (const name of missing) ports.set(name, await claimNext({ scope, cluster, name, candidates }));
  }
  return Object.fromEntries(names.map((name) => [name, ports.get(name) ?? 0]));
}

async function claimNext(request: {
  readonly scope: ClaimScope;
  readonly cluster: ClusterIdentity;
  readonly name: string;
  readonly candidates: Iterable<number>;
}): Promise<number> {
  const { scope, cluster, name, candidates } = request;
  for (const port of candidates) {
    if ((await isBindable(port)) && (await claimValue(scope, { cluster, name, value: String(port) }))) return port;
  }
  throw new AllocationError(
    `cluster ${cluster.name}: no port of 127.0.0.1 between ${hostPortRange.first} and ${hostPortRange.last} is free for ${name}. ` +
      'Nothing was made. End what holds them (`ss -ltn`), or delete clusters, then retry.',
  );
}

/**
 * Also those that a stopped container, or one of another installation that is still being made, will
 * want: the former are in no list of listening sockets, the latter not yet.
 */
async function listPublishedPorts(docker: Dockerode, signal: AbortSignal | undefined): Promise<readonly number[]> {
  const containers = await listContainers(docker, { label: [] }, signal);
  return containers.flatMap((container) => [
    ...(container.Ports ?? []).map((port) => port.PublicPort),
    ...[label.sshPort, label.apiServerHostPort].map((key) => Number(container.Labels[key] ?? 0)),
  ]);
}

/** True where a server could listen there now. A client's outgoing connection does not count against it. */
async function isBindable(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
