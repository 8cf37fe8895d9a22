import type { ConfigMapManifest, SecretManifest } from './schema/provided-objects.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** undefined: not base64. Kubernetes takes line ends in it, as `base64` prints them. */
export const decodeBase64 = (text: string): Uint8Array | undefined => {
  const compact = text.replace(/[\r\n]/g, '');
  return BASE64.test(compact) && compact.length % 4 === 0 ? new Uint8Array(Buffer.from(compact, 'base64')) : undefined;
};

/** undefined: not UTF-8. */
export const decodeText = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** The values of a Secret by their keys; stringData comes before data, as in the API server. Empty where data is no base64. */
export const readSecretData = ({ data = {}, stringData = {} }: SecretManifest): ReadonlyMap<string, Uint8Array> => {
  const decoded = Object.entries(data).map(([key, value]) => [key, decodeBase64(value) ?? new Uint8Array()] as const);
  const plain = Object.entries(stringData).map(([key, value]) => [key, new TextEncoder().encode(value)] as const);
  return new Map([...decoded, ...plain]);
};

/** What a ClusterResourceSet applies of an object that it names: the texts in the order of their keys, as Cluster API does. */
export const listTexts = (manifest: ConfigMapManifest | SecretManifest): readonly (readonly [key: string, text: string])[] => {
  const texts: readonly (readonly [string, string])[] =
    manifest.kind === 'ConfigMap'
      ? Object.entries(manifest.data ?? {})
      : [...readSecretData(manifest)].map(([key, bytes]) => [key, decodeText(bytes) ?? ''] as const);
  return texts.toSorted(([a], [b]) => (a < b ? -1 : 1));
};
