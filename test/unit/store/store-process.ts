import { loadStoreKey } from '../../../activities/store/store-key.ts';
import { createClusterSecrets } from '../../../activities/store/cluster-secrets.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { createSecretBox } from '../../../activities/store/secret-box.ts';
import type { Store } from '../../../activities/seams/store.ts';
import type { StoreJob } from './processes.ts';

/** Runs in a process of its own: a worker, as far as the store can tell. */
process.once('message', (job: StoreJob) => {
  void work(job).then((answer) => process.send?.(answer));
});
process.send?.('ready');

async function work(job: StoreJob): Promise<unknown> {
  if (job.kind === 'loadKey') return (await loadStoreKey(job.path)).keyId;
  const store = await openFileStore(job.directory);
  switch (job.kind) {
    case 'open':
      return store.id;
    case 'createIfAbsent': {
      const created: string[] = [];
      for (const key of job.keys) {
        if (await store.createIfAbsent(key, Buffer.from(job.value))) created.push(key);
      }
      return created;
    }
    case 'appendLines':
      for (const line of job.lines) await store.appendLine(job.key, line);
      return 'done';
    case 'ensureSecrets': {
      const secrets = createClusterSecrets({ store, box: createSecretBox(await loadStoreKey(job.keyFile)) });
      const publicKeys = await secrets.ensure({ installation: store.id, name: 'demo', uid: job.uid });
      return { publicKeys, pki: await secrets.loadPki(job.uid) };
    }
    case 'putForever':
      process.send?.('writing');
  }
  return putForever(store, job);
}

async function putForever(store: Store, job: { readonly key: string; readonly size: number }): Promise<never> {
  for (let round = 0; ; round = (round + 1) % 26) {
    await store.put(job.key, Buffer.alloc(job.size, 97 + round));
  }
}
