import { z } from 'zod';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { ClusterAllocation } from '../../domain/network/cluster-network.ts';
import type { ClusterIdentity } from '../../domain/identity.ts';
import type { Machine } from '../../domain/machine.ts';
import type { Standing } from '../../domain/standing.ts';
import { StoreVersionError } from './errors.ts';
import { parseJson } from './store-json.ts';

/** What the store knows of one cluster: enough to take it over again without Temporal's database. */
export type ClusterRecord = {
  readonly schemaVersion: 1;
  /** Grows by the entity with every change of this record; an older one never replaces a newer. */
  readonly version: number;
  readonly identity: ClusterIdentity;
  /** Secrets stand in it by reference only. */
  readonly desired: DesiredCluster;
  /** Of `desired`: 1 for the first manifest. */
  readonly revision: number;
  readonly allocation?: ClusterAllocation;
  readonly machines: readonly Machine[];
  /** Absent where there is nothing to be kept. */
  readonly standing?: Standing;
  /** Epoch milliseconds (workflow time). */
  readonly createdAt: number;
  /** Epoch milliseconds; comes from the tombstone, whatever was saved. */
  readonly deletedAt?: number;
};

const SCHEMA_VERSION = 1;

/** The envelope is checked; what is inside was checked when it came in and is only carried here. */
const envelopeSchema = z.looseObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  version: z.int().nonnegative(),
  revision: z.int().nonnegative(),
  identity: z.object({ installation: z.string(), name: z.string(), uid: z.string() }),
  desired: z.looseObject({ name: z.string() }),
  machines: z.array(z.looseObject({ name: z.string(), uid: z.string() })),
  createdAt: z.number(),
});

/** @throws StoreVersionError */
export function decodeRecord(bytes: Uint8Array, key: string): ClusterRecord {
  const value = parseJson(bytes);
  if (isClusterRecord(value)) return value;
  throw new StoreVersionError(
    `${key} is not a cluster record of schema version ${SCHEMA_VERSION}. Nothing was changed. ` +
      'Use the Slipway that wrote it, or restore it from a copy of the store.',
  );
}

function isClusterRecord(value: unknown): value is ClusterRecord {
  return envelopeSchema.safeParse(value).success;
}
