import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { ClusterIdentity } from '../../domain/identity.ts';
import type { Store } from '../seams/store.ts';

/** What is claimed, and where; "subnets" and "ports" of one provider host. */
export type ClaimScope = { readonly store: Store; readonly kind: 'subnets' | 'ports'; readonly host: string };

/** Whose it is. `name` tells a cluster's claims of one kind apart: a Machine's name, or the endpoint's. */
export type Claim = { readonly value: string; readonly clusterUid: string; readonly cluster: string; readonly name: string };

const claimSchema = z.object({ value: z.string(), clusterUid: z.string(), cluster: z.string(), name: z.string() });

/** All claims of a kind on that host, whoever's they are. */
export async function listClaims(scope: ClaimScope): Promise<readonly Claim[]> {
  const keys = await scope.store.list(`${folder(scope)}/`);
  const claims = await Promise.all(keys.map((key) => readClaim(scope.store, key)));
  return claims.filter((claim) => claim !== undefined);
}

/**
 * True where the value is now the cluster's under that name, or was before: a repeated or a
 * simultaneous attempt of the same cluster comes to the same answer.
 */
export async function claimValue(
  scope: ClaimScope,
  request: { readonly cluster: ClusterIdentity; readonly name: string; readonly value: string },
): Promise<boolean> {
  const { cluster, name, value } = request;
  const claim: Claim = { value, clusterUid: cluster.uid, cluster: cluster.name, name };
  const key = claimKey(scope, value);
  if (await scope.store.createIfAbsent(key, Buffer.from(`${JSON.stringify(claim)}\n`))) return true;
  const existing = await readClaim(scope.store, key);
  return existing?.clusterUid === cluster.uid && existing.name === name;
}

/** Gives back the cluster's claims that `which` chooses; says which those were. */
export async function releaseClaims(
  scope: ClaimScope,
  clusterUid: string,
  which: (claim: Claim) => boolean = () => true,
): Promise<readonly string[]> {
  const own = (await listClaims(scope)).filter((claim) => claim.clusterUid === clusterUid && which(claim));
  await Promise.all(own.map((claim) => scope.store.delete(claimKey(scope, claim.value))));
  return own.map((claim) => `claim ${scope.kind.slice(0, -1)} ${claim.value}`);
}

/** Undefined for one that was given back while it was being read. */
async function readClaim(store: Store, key: string): Promise<Claim | undefined> {
  const bytes = await store.get(key);
  if (bytes === undefined) return undefined;
  const claim = claimSchema.safeParse(parseJson(bytes));
  if (claim.success) return claim.data;
  throw new Error(`store key ${key}: not a claim as Slipway writes it. Nothing was changed; look at it before you delete it.`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function claimKey(scope: ClaimScope, value: string): string {
  // A store key's parts hold no slash of their own.
  return `${folder(scope)}/${value.replace('/', '-')}`;
}

function folder(scope: ClaimScope): string {
  return `claims/${scope.kind}/${scope.host}`;
}
