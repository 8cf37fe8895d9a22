import { parseAllDocuments } from 'yaml';
import { isMap } from './manifest-document.ts';

/** An object of Kubernetes as a text says it. */
export type DeliveredObject = Readonly<Record<string, unknown>>;

/** More of them than any add-on uses: an alias bomb is not one. */
const MAX_ALIASES = 1000;

/**
 * The objects in a text that a ClusterResourceSet delivers: YAML documents, or a JSON list.
 * undefined: it is no such text, or something in it is no object with apiVersion, kind and a name.
 */
export const readObjects = (text: string): readonly DeliveredObject[] | undefined => {
  const values = readValues(text);
  const objects = values?.flatMap((value) => (Array.isArray(value) ? (value as readonly unknown[]) : [value]));
  return objects?.every(isObject) === true ? objects : undefined;
};

const readValues = (text: string): readonly unknown[] | undefined => {
  try {
    const documents = parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent' });
    if ('empty' in documents) return [];
    if (documents.some(({ errors }) => errors.length > 0)) return undefined;
    const values = documents.map((document): unknown => document.toJS({ maxAliasCount: MAX_ALIASES }));
    return values.filter((value) => value !== null && value !== undefined);
  } catch {
    // Too many aliases, or nested too deeply; the library's own message would quote the text.
    return undefined;
  }
};

const isObject = (value: unknown): value is DeliveredObject => {
  if (!isMap(value) || typeof value['apiVersion'] !== 'string' || typeof value['kind'] !== 'string') return false;
  const { metadata } = value;
  return isMap(metadata) && typeof metadata['name'] === 'string' && metadata['name'] !== '';
};

/** Where the container runtime looks for networks of pods. */
const CNI_FOLDER = /^\/etc\/cni(\/|$)/;

/**
 * Whether an object brings a network of pods: a DaemonSet that reaches the container runtime's network configuration on
 * its Node, which is what a network add-on has to write; or what the operator of Calico makes such a DaemonSet of.
 */
export const bringsNetwork = (object: DeliveredObject): boolean => {
  if (object['kind'] === 'Installation') return String(object['apiVersion']).startsWith('operator.tigera.io/');
  if (object['kind'] !== 'DaemonSet') return false;
  const volumes = ['spec', 'template', 'spec', 'volumes'].reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), object);
  return Array.isArray(volumes) && volumes.some(reachesNetworkConfiguration);
};

const reachesNetworkConfiguration = (volume: unknown): boolean => {
  const source: unknown = isMap(volume) ? volume['hostPath'] : undefined;
  const path: unknown = isMap(source) ? source['path'] : undefined;
  return typeof path === 'string' && CNI_FOLDER.test(path);
};
