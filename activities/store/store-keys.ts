import { StoreKeyError } from './errors.ts';

const SEGMENT = /^[a-z0-9.-]{1,200}$/;
const MAX_KEY_LENGTH = 900;
const UID = /^[a-z0-9-]{1,63}$/;

/**
 * Refuses what could leave the store, or what another backend (S3, a case-insensitive disk) would
 * hold differently.
 * @throws StoreKeyError
 */
export function assertStoreKey(key: string): void {
  const segments = key.split('/');
  if (key.length > MAX_KEY_LENGTH || !segments.every(isSegment)) throw keyError('key', key);
}

/**
 * A prefix may end anywhere within a key, so its last segment may be empty or dots.
 * @throws StoreKeyError
 */
export function assertStorePrefix(prefix: string): void {
  const segments = prefix.split('/');
  const last = segments.pop() ?? '';
  const lastFits = last === '' || SEGMENT.test(last);
  if (prefix.length > MAX_KEY_LENGTH || !segments.every(isSegment) || !lastFits) throw keyError('prefix', prefix);
}

/**
 * The key of something that belongs to one cluster; an empty last part makes it a prefix. Names
 * that hold a slash would reach into other keys, so they are refused here already.
 */
export function clusterKey(uid: string, ...path: readonly string[]): string {
  if (!UID.test(uid)) {
    throw new StoreKeyError(`${quote(uid)} is not a UID: 1 to 63 lowercase letters, digits and dashes`);
  }
  if (path.some((part) => part.includes('/'))) throw keyError('key', path.join('/'));
  return ['clusters', uid, ...path].join('/');
}

function isSegment(segment: string): boolean {
  return SEGMENT.test(segment) && segment !== '.' && segment !== '..';
}

function keyError(what: 'key' | 'prefix', value: string): StoreKeyError {
  return new StoreKeyError(
    `${quote(value)} is not a store ${what}: slash-separated parts of 1 to 200 characters [a-z0-9.-], ` +
      'none of them "." or ".."',
  );
}

function quote(value: string): string {
  return JSON.stringify(value.length > 120 ? `${value.slice(0, 120)}…` : value);
}
