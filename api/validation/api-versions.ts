import { apiVersionsOf, findVersion, KINDS, type Kind } from '../kinds.ts';
import type { Wrong } from './wrong.ts';

/** `"a" or "b"` */
export const quoteAll = (values: readonly string[]): string =>
  values.map((value) => JSON.stringify(value)).join(' or ');

/** What is wrong with the apiVersion of a kind that is read; undefined: nothing. */
export const checkApiVersion = (kind: Kind, apiVersion: unknown): Wrong | undefined => {
  if (findVersion(kind, apiVersion) !== undefined) return undefined;
  const expected = `use ${quoteAll(apiVersionsOf(kind))}`;
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    return { reason: 'Required value', message: 'is missing', expected };
  }
  return { reason: 'Unsupported value', message: describe(kind, apiVersion), expected };
};

const describe = (kind: Kind, apiVersion: string): string => {
  const { group } = KINDS[kind];
  const [writtenGroup, version = ''] = apiVersion.split('/');
  if (group === '') return `is not the apiVersion of ${kind}`;
  if (writtenGroup !== group) return `is not the API group of ${kind}`;
  return /^v1alpha[1-4]$/.test(version)
    ? `${version} is no longer served by Cluster API`
    : `is not a version of ${kind}`;
};
