import { scrub } from '../../domain/scrub.ts';
import { createKnownSecretFilter } from '../known-secrets.ts';
import type { ClusterSecrets } from '../store/cluster-secrets.ts';

/** Takes the secrets of one cluster out of what leaves it. */
export type Cleaner = {
  readonly text: (text: string) => string;
  /** The same value without them, as JSON; also inside the payloads of a workflow's history, which stays replayable. */
  readonly json: (value: unknown) => string;
};

/** The form of a secret is known to everybody, its text only to those who have the cluster's secrets. */
export function createCleaner(knownSecrets: readonly string[]): Cleaner {
  const known = createKnownSecretFilter(knownSecrets);
  const text = (content: string): string => scrub(known(content));
  const json = (value: unknown): string => scrub(JSON.stringify(mapStrings(value, text, json), undefined, 1) ?? 'null');
  return { text, json };
}

/**
 * What nobody outside may see of a cluster: the texts of its manifests and its private keys. One that
 * cannot be read (it was deleted, or was never made) cannot be known either; the others are.
 */
export async function listKnownSecrets(secrets: ClusterSecrets, uid: string): Promise<readonly string[]> {
  const keys = async (): Promise<readonly string[]> => {
    const { ca, etcdCa, frontProxyCa, serviceAccount } = await secrets.loadPki(uid);
    return [ca, etcdCa, frontProxyCa, serviceAccount].map(({ privateKeyPem }) => privateKeyPem);
  };
  const found = await Promise.allSettled([secrets.listInterned(uid), keys(), secrets.loadSshKey(uid).then(({ privateKey }) => [privateKey])]);
  return found.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

function mapStrings(value: unknown, clean: (text: string) => string, payload: (value: unknown) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, clean, payload));
  if (typeof value !== 'object' || value === null) return value;
  if ('metadata' in value && 'data' in value && typeof value.data === 'string') return { ...value, data: cleanPayload(value.data, payload) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, clean, payload)]));
}

/** A payload's data is base64 of JSON. Where nothing had to go it stays as it is, to the byte. */
function cleanPayload(data: string, payload: (value: unknown) => string): string {
  const value = parseJson(Buffer.from(data, 'base64').toString('utf8'));
  if (value === undefined) return data;
  const cleaned = parseJson(payload(value));
  return JSON.stringify(cleaned) === JSON.stringify(value) ? data : Buffer.from(JSON.stringify(cleaned)).toString('base64');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
