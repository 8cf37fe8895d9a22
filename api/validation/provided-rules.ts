import { readObjects } from '../delivered-objects.ts';
import { decodeContent } from '../file-content.ts';
import { NETWORK_ADDON_ANNOTATION, NETWORK_ADDON_VALUES } from '../network-addon.ts';
import { isMap, problemAt, textAt, valueAt, type Path } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import { decodeBase64, decodeText, listTexts, readSecretData } from '../provided-data.ts';
import { CERTIFICATE_KEY, checkKeyPair, PRIVATE_KEY_KEY } from '../provided-pki.ts';
import type { PkiPurpose } from '../pki-purposes.ts';
import { ofKind, type Resource } from '../read-resources.ts';
import { checkPasswordHash } from '../schema/files-and-users.ts';
import { listSecretSources } from '../secret-sources.ts';
import { findCertificateSecrets, listNamed } from './provided-references.ts';
import type { Wrong } from './wrong.ts';

/** Cluster API's type of Secrets that sets deliver: others are not theirs to hand out. */
const SET_TYPE = 'addons.cluster.x-k8s.io/resource-set';
const CERTIFICATE_TYPES = ['', 'Opaque', 'cluster.x-k8s.io/secret', 'kubernetes.io/tls'];

/** What ConfigMaps and Secrets must hold for those who refer to them. Contents are never quoted. */
export const checkProvidedRules = (resources: readonly Resource[], now: number = Date.now()): readonly ManifestProblem[] => [
  ...ofKind(resources, 'Secret').flatMap(checkBase64),
  ...checkDelivered(resources),
  ...ofKind(resources, 'Cluster').flatMap(checkNetworkAddon),
  ...checkSources(resources),
  ...findCertificateSecrets(resources).flatMap(({ purpose, secret }) => checkCertificates(purpose, secret, now)),
];

const checkNetworkAddon = ({ document }: Resource<'Cluster'>): readonly ManifestProblem[] => {
  const path: Path = ['metadata', 'annotations', NETWORK_ADDON_ANNOTATION];
  const value = textAt(document, path);
  if (value === undefined || NETWORK_ADDON_VALUES.some((known) => known === value)) return [];
  const expected = `use ${NETWORK_ADDON_VALUES.map((known) => `"${known}"`).join(' or ')}, or leave it out`;
  return [problemAt(document, path, { reason: 'Unsupported value', message: 'does not say who brings the network of pods', expected })];
};

/** Where a value of a Secret stands: stringData comes before data. */
const placeOf = ({ document }: Resource, key: string): Path => {
  const stringData = valueAt(document, ['stringData']);
  return [isMap(stringData) && Object.hasOwn(stringData, key) ? 'stringData' : 'data', key];
};

const checkBase64 = ({ document, manifest }: Resource<'Secret'>): readonly ManifestProblem[] =>
  Object.entries(manifest?.data ?? {})
    .filter(([, value]) => decodeBase64(value) === undefined)
    .map(([key]) => problemAt(document, ['data', key], { message: 'is not base64', expected: 'encode it, or write the text into stringData' }));

const checkDelivered = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  const named = new Set(ofKind(resources, 'ClusterResourceSet').flatMap(listNamed).map(({ kind, name }) => `${kind}/${name}`));
  const delivered = [...ofKind(resources, 'ConfigMap'), ...ofKind(resources, 'Secret')].filter(({ kind, name }) => named.has(`${kind}/${name}`));
  return delivered.flatMap((resource) => {
    const { document, manifest, kind } = resource;
    if (manifest === undefined) return [];
    const at = (path: Path, wrong: Wrong): ManifestProblem => problemAt(document, path, wrong);
    const type = manifest.kind === 'Secret' ? (manifest.type ?? '') : SET_TYPE;
    if (type !== SET_TYPE) {
      return [at(['type'], { reason: 'Unsupported value', message: 'is not the type of Secrets that a ClusterResourceSet delivers', expected: `use "${SET_TYPE}"` })];
    }
    const texts = listTexts(manifest);
    if (texts.length === 0) return [at(['data'], { reason: 'Required value', message: `this ${kind} delivers nothing`, expected: 'write the objects to deliver into data' })];
    return texts
      .filter(([, text]) => readObjects(text) === undefined)
      .map(([key]) =>
        at(manifest.kind === 'Secret' ? placeOf(resource, key) : ['data', key], {
          message: 'is not a list of Kubernetes objects',
          expected: 'write YAML documents, each with apiVersion, kind and metadata.name',
        }),
      );
  });
};

const checkSources = (resources: readonly Resource[]): readonly ManifestProblem[] =>
  listSecretSources(resources).flatMap(({ document, path, secret, key, use }) => {
    const manifest = ofKind(resources, 'Secret').find(({ name }) => name === secret)?.manifest;
    if (manifest === undefined || key === undefined) return [];
    const data = readSecretData(manifest);
    const at = (wrong: Wrong): readonly ManifestProblem[] => [problemAt(document, [...path, 'key'], wrong)];
    const value = data.get(key);
    if (value === undefined) {
      const keys = [...data.keys()].map((known) => JSON.stringify(known));
      const expected = keys.length === 0 ? 'add it to the Secret' : `use ${keys.slice(0, 10).join(' or ')}`;
      return at({ reason: 'Not found', message: `the Secret ${secret} has no such key`, expected });
    }
    if (use === 'passwd') {
      const wrong = checkPasswordHash(decodeText(value)?.trimEnd() ?? '');
      return wrong === undefined ? [] : at({ ...wrong, message: `what the Secret ${secret} holds ${wrong.message}` });
    }
    if (decodeContent(value, use) !== undefined) return [];
    return at({ message: `what the Secret ${secret} holds is not encoded as ${use}`, expected: 'encode it again, or leave encoding out' });
  });

const checkCertificates = (purpose: PkiPurpose, resource: Resource<'Secret'>, now: number): readonly ManifestProblem[] => {
  const { document, manifest } = resource;
  if (manifest === undefined) return [];
  if (!CERTIFICATE_TYPES.includes(manifest.type ?? '')) {
    return [problemAt(document, ['type'], { reason: 'Unsupported value', message: "is not the type of a cluster's certificates", expected: 'use "cluster.x-k8s.io/secret"' })];
  }
  const data = readSecretData(manifest);
  const missing = [CERTIFICATE_KEY, PRIVATE_KEY_KEY].filter((key) => (data.get(key)?.length ?? 0) === 0);
  if (missing.length > 0) {
    const [key = ''] = missing;
    const message = key === PRIVATE_KEY_KEY ? 'is missing: Slipway signs certificates of machines with it' : 'is missing';
    return [problemAt(document, ['data', key], { reason: 'Required value', message, expected: 'add it, or leave the Secret out: Slipway makes what is missing' })];
  }
  const read = (key: string): string => decodeText(data.get(key) ?? new Uint8Array()) ?? '';
  const found = checkKeyPair({ purpose, certificate: read(CERTIFICATE_KEY), privateKey: read(PRIVATE_KEY_KEY), now });
  return found === undefined ? [] : [problemAt(document, placeOf(resource, found.key), found)];
};
