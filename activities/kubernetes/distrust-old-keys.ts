import { setTimeout as sleep } from 'node:timers/promises';
import { ApiException, PatchStrategy } from '@kubernetes/client-node';
import type { ApiClients } from './api-client.ts';

const fieldManager = 'slipway';
const authentication = { name: 'extension-apiserver-authentication', namespace: 'kube-system' };
const pollMs = 500;

/**
 * What is in a cluster that has new keys, and still trusts or was signed by the old ones. kube-root-ca.crt and
 * the ca.crt beside tokens Kubernetes renews by itself; these two it does not.
 */
export async function distrustOldKeys(clients: ApiClients, signal: AbortSignal): Promise<void> {
  await dropOldAuthorities(clients, signal);
  await renewTokens(clients, signal);
}

/**
 * Whom extension API servers believe: the API server only ever adds its own authority to what it finds there,
 * and makes it anew where there is nothing.
 */
async function dropOldAuthorities(clients: ApiClients, signal: AbortSignal): Promise<void> {
  const own = Buffer.from(clients.config.getCurrentCluster()?.caData ?? '', 'base64').toString('utf8').trim();
  const core = clients.core(signal);
  for (;;) {
    try {
      const { data } = await core.readNamespacedConfigMap(authentication);
      if (data?.['client-ca-file']?.trim() === own) return;
      await core.deleteNamespacedConfigMap(authentication);
    } catch (error) {
      // Between the two it is not there yet.
      if (!(error instanceof ApiException && error.code === 404)) throw error;
    }
    await sleep(pollMs, undefined, { signal });
  }
}

/** Those that lie in Secrets, without an end: where a token is missing Kubernetes signs another. */
async function renewTokens(clients: ApiClients, signal: AbortSignal): Promise<void> {
  const { items } = await clients.core(signal).listSecretForAllNamespaces({ fieldSelector: 'type=kubernetes.io/service-account-token' });
  for (const { metadata, immutable } of items) {
    if (immutable === true) continue;
    // A change of data with null takes the key out.
    const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: metadata?.name ?? '', namespace: metadata?.namespace ?? '' }, data: { token: null } };
    await clients.objects(signal).patch(body, undefined, undefined, fieldManager, undefined, PatchStrategy.MergePatch);
  }
}
