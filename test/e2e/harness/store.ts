import { join } from 'node:path';
import { createClusterSecrets, type ClusterSecrets } from '../../../activities/store/cluster-secrets.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { createSecretBox } from '../../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';
import type { Store } from '../../../activities/seams/store.ts';
import type { Installation } from './installation.ts';

/** The installation's store, read beside its worker, with the key that opens its secrets. */
export async function openInstallationStore(installation: Installation): Promise<{ readonly store: Store; readonly secrets: ClusterSecrets }> {
  const { home } = installation;
  const store = await openFileStore(home.store);
  const box = createSecretBox(await loadStoreKey(join(home.root, 'keys', 'store.json')));
  return { store, secrets: createClusterSecrets({ store, box }) };
}

/** Keys of what a cluster that is gone must not leave: secrets, claimed ports and subnets. */
export async function listLeftovers(installation: Installation, clusterUid: string): Promise<readonly string[]> {
  const { store } = await openInstallationStore(installation);
  const secrets = await store.list(`clusters/${clusterUid}/secrets/`);
  return [...secrets, ...(await store.list('claims/'))];
}

export async function countClaims(installation: Installation): Promise<{ readonly ports: number; readonly subnets: number }> {
  const { store } = await openInstallationStore(installation);
  const [ports, subnets] = await Promise.all([store.list('claims/ports/'), store.list('claims/subnets/')]);
  return { ports: ports.length, subnets: subnets.length };
}
