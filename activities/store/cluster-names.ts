import { randomUUID } from 'node:crypto';
import type { Store } from '../seams/store.ts';
import { readDeletedAt } from './tombstones.ts';

/**
 * The UID that a name stands for: the newest one reserved for it, or a new one where that cluster
 * was deleted. Reserved before anything else exists, so that two applies at once mean one cluster.
 */
export async function reserveUid(store: Store, name: string): Promise<string> {
  for (;;) {
    const prefix = `names/${name}/`;
    const keys = await store.list(prefix);
    const newest = keys.at(-1);
    if (newest !== undefined) {
      const uid = Buffer.from((await store.get(newest)) ?? []).toString('utf8');
      if (uid !== '' && (await readDeletedAt(store, uid)) === undefined) return uid;
    }
    const next = newest === undefined ? 1 : Number(newest.slice(prefix.length)) + 1;
    const uid = randomUUID();
    if (await store.createIfAbsent(`${prefix}${String(next).padStart(6, '0')}`, Buffer.from(uid))) return uid;
  }
}

/**
 * Has the name stand for a cluster that was made elsewhere. Whoever else it stood for was deleted, or never
 * recorded: its caller has looked.
 */
export async function takeName(store: Store, name: string, uid: string): Promise<void> {
  for (;;) {
    const uids = await listUids(store, name);
    if (uids[0] === uid) return;
    if (await store.createIfAbsent(`names/${name}/${String(uids.length + 1).padStart(6, '0')}`, Buffer.from(uid))) return;
  }
}

/** Every UID that the name ever stood for, the newest first. Nothing of a name goes when its cluster does. */
export async function listUids(store: Store, name: string): Promise<readonly string[]> {
  const keys = await store.list(`names/${name}/`);
  const uids = await Promise.all(keys.toReversed().map((key) => store.get(key)));
  return uids.map((bytes) => Buffer.from(bytes ?? []).toString('utf8')).filter((uid) => uid !== '');
}
