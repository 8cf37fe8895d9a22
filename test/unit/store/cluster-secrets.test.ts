import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Store } from '../../../activities/seams/store.ts';
import { createClusterRecords } from '../../../activities/store/cluster-records.ts';
import { createClusterSecrets } from '../../../activities/store/cluster-secrets.ts';
import {
  ClusterDeletedError,
  ClusterNotDeletedError,
  SecretBoxError,
  SecretNotFoundError,
  StoreKeyError,
} from '../../../activities/store/errors.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { createSecretBox } from '../../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';
import { runTogether } from './processes.ts';
import { sampleEntry } from './sample-records.ts';
import { temporaryDirectory } from './temporary-directory.ts';

async function openSecrets() {
  const folder = await temporaryDirectory();
  const directory = join(folder, 'store');
  const keyFile = join(folder, 'key.json');
  const store = await openFileStore(directory);
  const box = createSecretBox(await loadStoreKey(keyFile));
  const identity = { installation: store.id, name: 'demo', uid: 'uid-1' };
  const records = createClusterRecords(store);
  return { directory, keyFile, store, box, identity, records, secrets: createClusterSecrets({ store, box }) };
}

/** Every byte below a directory, names included. */
async function everything(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return [...files, ...(await Promise.all(files.map((file) => readFile(file, 'latin1'))))].join('\n');
}

test('makes PKI and SSH key once', async () => {
  const { secrets, identity } = await openSecrets();
  const first = await secrets.ensure(identity);
  expect(first.sshAuthorizedKey).toMatch(/^ssh-ed25519 [A-Za-z0-9+/=]+ slipway-demo$/);
  expect(first.caPublicKeyHash).toMatch(/^sha256:[0-9a-f]{64}$/);
  const pki = await secrets.loadPki('uid-1');
  const ssh = await secrets.loadSshKey('uid-1');
  expect(await secrets.ensure(identity)).toEqual(first);
  expect(await secrets.loadPki('uid-1')).toEqual(pki);
  expect(await secrets.loadSshKey('uid-1')).toEqual(ssh);
  expect(ssh.publicKey).toBe(first.sshAuthorizedKey);
  const other = await secrets.ensure({ ...identity, uid: 'uid-2' });
  expect(other.caPublicKeyHash).not.toBe(first.caPublicKeyHash);
});

test('callers at once end with the same material', async () => {
  const { secrets, identity } = await openSecrets();
  const answers = await Promise.all(Array.from({ length: 12 }, () => secrets.ensure(identity)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const hosts = await Promise.all(Array.from({ length: 12 }, () => secrets.ensureHostKey('uid-1', 'machine-1')));
  expect(new Set(hosts.map(({ fingerprint }) => fingerprint)).size).toBe(1);
});

test('processes at once end with the same material', async () => {
  const { secrets, directory, keyFile } = await openSecrets();
  const jobs = Array.from({ length: 3 }, () => ({ kind: 'ensureSecrets' as const, directory, keyFile, uid: 'uid-9' }));
  const answers = (await runTogether(jobs)).map((answer) => JSON.stringify(answer));
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain(JSON.stringify(await secrets.loadPki('uid-9')));
});

test('each Machine has a host key of its own that stays', async () => {
  const { secrets } = await openSecrets();
  const one = await secrets.ensureHostKey('uid-1', 'machine-1');
  expect(one.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  expect(await secrets.ensureHostKey('uid-1', 'machine-1')).toEqual(one);
  expect((await secrets.ensureHostKey('uid-1', 'machine-2')).publicKey).not.toBe(one.publicKey);
  expect((await secrets.ensureHostKey('uid-2', 'machine-1')).publicKey).not.toBe(one.publicKey);
});

test.each(['a/b', '../x', '', 'A'])('a Machine UID of %j reaches no other key', async (machineUid) => {
  const { secrets, store } = await openSecrets();
  await expect(secrets.ensureHostKey('uid-1', machineUid)).rejects.toThrow(StoreKeyError);
  expect(await store.list('clusters/')).toEqual([]);
});

test('the same text has the same reference, and leads back to itself', async () => {
  const { secrets } = await openSecrets();
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (plain) => {
      const ref = await secrets.internSecret('uid-1', plain);
      expect(ref).toMatch(/^uid-1\/[0-9a-f]{64}$/);
      expect(await secrets.internSecret('uid-1', plain)).toBe(ref);
      expect(await secrets.resolveSecret(ref)).toBe(plain);
    }),
    { numRuns: 30 },
  );
});

test.each(['', 'canary-4a', 'uid-1/canary-4a', `../x/${'0'.repeat(64)}`, `uid-1/../${'0'.repeat(64)}`])(
  '%j is no reference, and is not repeated in the error',
  async (ref) => {
    const { secrets } = await openSecrets();
    const refusal = new SecretNotFoundError('that is no reference to a secret');
    await expect(secrets.resolveSecret(ref)).rejects.toThrow(refusal);
  },
);

test('all texts of one cluster are listed, and none of another', async () => {
  const { secrets } = await openSecrets();
  for (const plain of ['one', 'two', 'one']) await secrets.internSecret('uid-1', plain);
  await secrets.internSecret('uid-2', 'three');
  expect((await secrets.listInterned('uid-1')).toSorted()).toEqual(['one', 'two']);
  expect(await secrets.listInterned('uid-3')).toEqual([]);
});

test('what does not exist is named', async () => {
  const { secrets } = await openSecrets();
  const ref = `uid-1/${'0'.repeat(64)}`;
  await expect(secrets.resolveSecret(ref)).rejects.toThrow(SecretNotFoundError);
  await expect(secrets.loadPki('uid-1')).rejects.toThrow('the store holds no secret clusters/uid-1/secrets/pki');
});

test('nothing of it is readable on disk', async () => {
  const { secrets, identity, directory, records } = await openSecrets();
  await secrets.ensure(identity);
  await secrets.ensureHostKey('uid-1', 'machine-1');
  await secrets.internSecret('uid-1', 'canary-e7d2');
  await records.appendJournal('uid-1', sampleEntry('1'));
  const pki = await secrets.loadPki('uid-1');
  const bytes = await everything(directory);
  expect(bytes).toContain('InitControlPlane');
  const keyLines = [pki.ca, pki.etcdCa, pki.frontProxyCa, pki.serviceAccount].map(
    (pair) => pair.privateKeyPem.split('\n')[1] ?? '',
  );
  for (const needle of [...keyLines, 'PRIVATE KEY', 'BEGIN', 'canary-e7d2']) {
    expect(needle).not.toBe('');
    expect(bytes).not.toContain(needle);
  }
});

test('a deleted cluster gets no new secrets, and has lost its old ones', async () => {
  const { secrets, identity, store, records } = await openSecrets();
  await secrets.ensure(identity);
  await secrets.ensureHostKey('uid-1', 'machine-1');
  const ref = await secrets.internSecret('uid-1', 'canary');
  await secrets.ensure({ ...identity, uid: 'uid-10' });
  await records.appendJournal('uid-1', sampleEntry('1'));

  await expect(secrets.deleteAll('uid-1')).rejects.toThrow(ClusterNotDeletedError);
  expect(await secrets.resolveSecret(ref)).toBe('canary');

  await records.markDeleted('uid-1', 5_000);
  await secrets.deleteAll('uid-1');
  await secrets.deleteAll('uid-1');
  expect(await store.list('clusters/uid-1/secrets/')).toEqual([]);
  expect(await records.readJournal('uid-1')).toHaveLength(1);
  await expect(secrets.ensure(identity)).rejects.toThrow(ClusterDeletedError);
  await expect(secrets.ensureHostKey('uid-1', 'machine-1')).rejects.toThrow(ClusterDeletedError);
  await expect(secrets.internSecret('uid-1', 'canary')).rejects.toThrow(ClusterDeletedError);
  await expect(secrets.loadPki('uid-1')).rejects.toThrow(SecretNotFoundError);
  expect(await store.list('clusters/uid-1/secrets/')).toEqual([]);
  await expect(secrets.loadPki('uid-10')).resolves.toHaveProperty('ca');
});

test('a deletion at any moment of an ensure leaves no secret behind', async () => {
  // The store of the late worker stops before its nth call, and the cluster is deleted meanwhile.
  for (let stopBefore = 1; stopBefore <= 10; stopBefore += 1) {
    const { secrets, store, box, identity, records } = await openSecrets();
    let calls = 0;
    const pausing = new Proxy(store, {
      get(target, property: keyof Store) {
        const member = target[property];
        if (typeof member !== 'function') return member;
        return async (...input: unknown[]) => {
          calls += 1;
          if (calls === stopBefore) {
            await records.markDeleted('uid-1', 5_000);
            await secrets.deleteAll('uid-1');
          }
          return Reflect.apply(member, target, input) as unknown;
        };
      },
    });
    const late = createClusterSecrets({ store: pausing, box });
    await late.ensure(identity).catch(() => undefined);
    expect(await records.isDeleted('uid-1')).toBe(true);
    expect(await store.list('clusters/uid-1/secrets/')).toEqual([]);
  }
});

test('a stored secret that was altered or swapped is refused, and shows nothing', async () => {
  const { secrets, store } = await openSecrets();
  const one = await secrets.internSecret('uid-1', 'canary-a');
  const [target = ''] = await store.list('clusters/uid-1/secrets/interned/');
  await secrets.internSecret('uid-1', 'canary-b');
  const [source = ''] = (await store.list('clusters/uid-1/secrets/interned/')).filter((key) => key !== target);
  await store.put(target, (await store.get(source)) ?? new Uint8Array());
  const error: unknown = await secrets.resolveSecret(one).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(SecretBoxError);
  expect(inspect(error)).not.toContain('canary');
});

test('of a backup a cluster under another UID gets what it is given, and makes the rest for itself', async () => {
  const { secrets, identity } = await openSecrets();
  const old = { ...identity, uid: 'uid-old' };
  await secrets.ensure(old);
  const pki = await secrets.loadPki('uid-old');
  const texts = { interned: { 'uid-old/1': 'text' }, delivered: { 'uid-old/2': 'object' } };
  for (let time = 0; time < 2; time += 1) {
    const references = await secrets.restore('uid-1', { ...texts, pki });
    expect([...references.keys()]).toEqual(['uid-old/1', 'uid-old/2']);
    expect(await Promise.all([...references.values()].map((reference) => secrets.resolveSecret(reference)))).toEqual(['text', 'object']);
    expect([...references.values()].every((reference) => reference.startsWith('uid-1/'))).toBe(true);
  }
  await secrets.ensure(identity);
  expect(await secrets.loadPki('uid-1')).toEqual(pki);
  expect(await secrets.loadSshKey('uid-1')).not.toEqual(await secrets.loadSshKey('uid-old'));
  // Without it keys are its own, and are found to be so later.
  await secrets.restore('uid-2', texts);
  await secrets.ensure({ ...identity, uid: 'uid-2' });
  expect((await secrets.loadPki('uid-2')).serviceAccount).not.toEqual(pki.serviceAccount);
  await expect(secrets.restore('uid-2', { ...texts, pki })).rejects.toMatchObject({ name: 'RecordConflictError' });
});
