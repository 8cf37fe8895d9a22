import { z } from 'zod';
import type { BackupKeyView } from '../../domain/backup/backup-view.ts';
import type { Store } from '../seams/store.ts';
import type { SecretBox } from '../store/secret-box.ts';
import { encodeJson, parseJson } from '../store/store-json.ts';
import { backupKeySchema, createBackupKey, type BackupKey, type ExportedBackupKeys } from './backup-key.ts';

/** The key pairs that this installation's backups are sealed to; the private halves are encrypted in the store. */
export type BackupKeys = {
  /** The newest, which new backups are sealed to; the first is made when it is asked for. */
  current(): Promise<BackupKey>;
  /** All, the newest first: an older backup needs the key of its day. */
  list(): Promise<readonly BackupKey[]>;
  /** A new one, from now on the current one; the others stay. */
  rotate(): Promise<BackupKey>;
  /** Takes those of an exported file, whose owner has them: they open backups, and seal new ones where there is none of its own. */
  import(keys: readonly BackupKey[], actor: string): Promise<void>;
  /** For the file that a person keeps elsewhere. */
  export(): Promise<ExportedBackupKeys>;
  /** Said once the file has been written: until then nobody has it. */
  markExported(keyIds: readonly string[], actor: string): Promise<void>;
  view(): Promise<readonly BackupKeyView[]>;
};

const PREFIX = 'backup-keys/';
const IMPORTED = 'backup-keys-imported/';
const exportedKey = (keyId: string): string => `backup-keys-exported/${keyId}.json`;
const exportedSchema = z.object({ at: z.number(), actor: z.string() });

export function createBackupKeys(deps: { readonly store: Store; readonly box: SecretBox; readonly now: () => number }): BackupKeys {
  const { store, box, now } = deps;

  const read = async (prefix: string): Promise<readonly BackupKey[]> => {
    const names = await store.list(prefix);
    const found = await Promise.all(names.toReversed().map(async (name) => ({ name, bytes: await store.get(name) })));
    return found.flatMap(({ name, bytes }) => (bytes === undefined ? [] : [decode(box.decrypt(bytes, name), name)]));
  };
  const list = async (): Promise<readonly BackupKey[]> => {
    const own = await read(PREFIX);
    const others = (await read(IMPORTED)).filter(({ keyId }) => !own.some((key) => key.keyId === keyId));
    return [...own, ...others.toSorted((a, b) => b.createdAt - a.createdAt)];
  };
  const markExported: BackupKeys['markExported'] = async (keyIds, actor) => {
    const known = (await list()).map(({ keyId }) => keyId);
    for (const keyId of keyIds) if (known.includes(keyId)) await store.createIfAbsent(exportedKey(keyId), encodeJson({ at: now(), actor }));
  };
  /** Numbered, and each number taken once: of two that ask for the next key at once both get the same. */
  const makeNext = async (count: number): Promise<BackupKey> => {
    const name = `${PREFIX}${String(count + 1).padStart(6, '0')}`;
    await store.createIfAbsent(name, box.encrypt(JSON.stringify(createBackupKey(now())), name));
    const made = await store.get(name);
    if (made === undefined) throw new Error(`the backup key ${name} is gone from the store as soon as it was made. No backup was taken.`);
    return decode(box.decrypt(made, name), name);
  };
  const findExported = async (keyId: string) => exportedSchema.safeParse(parseJson((await store.get(exportedKey(keyId))) ?? '')).data;

  return {
    list,
    current: async () => (await list())[0] ?? makeNext(0),
    rotate: async () => makeNext((await read(PREFIX)).length),
    async import(keys, actor) {
      for (const key of keys) {
        const name = `${IMPORTED}${key.keyId}`;
        await store.createIfAbsent(name, box.encrypt(JSON.stringify(key), name));
      }
      await markExported(keys.map(({ keyId }) => keyId), actor);
    },
    export: async () => {
      const keys = await list();
      return { kind: 'SlipwayBackupKeys', schemaVersion: 1, installation: store.id, keys: keys.length === 0 ? [await makeNext(0)] : keys };
    },
    markExported,
    async view() {
      const keys = await list();
      return Promise.all(
        keys.map(async ({ keyId, createdAt }, index) => {
          const exported = await findExported(keyId);
          return { keyId, createdAt, isCurrent: index === 0, ...(exported === undefined ? {} : { exported }) };
        }),
      );
    },
  };
}

function decode(bytes: Uint8Array, name: string): BackupKey {
  const key = backupKeySchema.safeParse(parseJson(bytes));
  if (key.success) return key.data;
  throw new Error(`the backup key ${name} in the store is not of a form that this Slipway knows. Nothing was changed.`);
}
