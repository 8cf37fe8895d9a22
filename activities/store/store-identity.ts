import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Store } from '../seams/store.ts';
import { StoreUnavailableError, StoreVersionError } from './errors.ts';
import { encodeJson, parseJson } from './store-json.ts';

const IDENTITY_KEY = 'store.json';
/** Grows only when an older Slipway would misread the store; it then refuses instead. */
const SCHEMA_VERSION = 1;

const versionSchema = z.object({ schemaVersion: z.int().positive() });
const identitySchema = versionSchema.extend({ id: z.uuid() });

/**
 * The store's ID, made once. All backends keep it under the same key, so that a copied
 * store is the same store. Two that open a new one at the same time end with one ID.
 * @throws StoreVersionError where a later Slipway wrote it.
 */
export async function ensureStoreIdentity(store: Omit<Store, 'id'>, location: string): Promise<string> {
  const made = { schemaVersion: SCHEMA_VERSION, id: randomUUID() };
  const existing = await store.get(IDENTITY_KEY);
  if (existing === undefined && (await store.createIfAbsent(IDENTITY_KEY, encodeJson(made)))) return made.id;
  return readIdentity(existing ?? (await store.get(IDENTITY_KEY)), location);
}

function readIdentity(bytes: Uint8Array | undefined, location: string): string {
  const value = parseJson(bytes ?? '');
  const version = versionSchema.safeParse(value);
  if (version.success && version.data.schemaVersion > SCHEMA_VERSION) {
    throw new StoreVersionError(
      `the store in ${location} has schema version ${version.data.schemaVersion}; ` +
        `this Slipway knows ${SCHEMA_VERSION}. ` +
        'Nothing was changed. Use the Slipway that wrote it, or a later one.',
    );
  }
  const identity = identitySchema.safeParse(value);
  if (!identity.success) {
    throw new StoreUnavailableError(
      `${IDENTITY_KEY} in the store in ${location} does not hold a store ID. Nothing was changed. ` +
        'Restore that file from a copy of the store; without it no cluster can be told to belong here.',
    );
  }
  return identity.data.id;
}
