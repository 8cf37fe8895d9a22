import type { Store } from '../seams/store.ts';
import { SecretNotFoundError } from './errors.ts';
import type { SecretBox } from './secret-box.ts';
import { assertNotDeleted } from './tombstones.ts';

/** Encrypted texts of the store, each bound to its key. */
export type SecretValues = {
  /**
   * The value that is there, or else the one that `make` gives; of several callers one wins, and
   * all get its value. @throws ClusterDeletedError
   */
  ensure(request: {
    readonly uid: string;
    readonly key: string;
    readonly make: () => Promise<string>;
  }): Promise<string>;
  /** @throws SecretNotFoundError */
  load(key: string): Promise<string>;
};

export function createSecretValues(dependencies: { readonly store: Store; readonly box: SecretBox }): SecretValues {
  const { store, box } = dependencies;
  const find = async (key: string): Promise<string | undefined> => {
    const encrypted = await store.get(key);
    return encrypted === undefined ? undefined : box.decrypt(encrypted, key).toString('utf8');
  };
  const load = async (key: string): Promise<string> => {
    const value = await find(key);
    if (value !== undefined) return value;
    throw new SecretNotFoundError(`the store holds no secret ${key}; nothing was changed`);
  };
  return {
    load,
    async ensure({ uid, key, make }) {
      await assertNotDeleted(store, uid);
      const existing = await find(key);
      if (existing !== undefined) return existing;
      await store.createIfAbsent(key, box.encrypt(await make(), key));
      try {
        // Once more: the tombstone is written before the secrets are listed for deletion, so what
        // was made too late for that list finds the tombstone here.
        await assertNotDeleted(store, uid);
      } catch (error) {
        await store.delete(key);
        throw error;
      }
      return load(key);
    },
  };
}
