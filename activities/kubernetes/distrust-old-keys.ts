import { setTimeout as sleep } from 'node:timers/promises';
import { ApiException, PatchStrategy } from '@kubernetes/client-node';
import type { ApiClients } from './api-client.ts';

const fieldManager = 'slipway';
const authentication = { name: 'extension-apiserver-authentication', namespace: 'kube-system' };
const pollMs = 500;
const restartGraceSeconds = 1;

/**
 * What is in a cluster that has new keys, and still trusts or was signed by the old ones. Pods go last: what they
 * were given as they started they do not read again.
 */
export async function distrustOldKeys(clients: ApiClients, signal: AbortSignal): Promise<void> {
  const own = Buffer.from(clients.config.getCurrentCluster()?.caData ?? '', 'base64').toString('utf8').trim();
  await dropOldAuthorities(clients, { own, signal });
  await renewTokens(clients, signal);
  await untilPodsAreTold(clients, { own, signal });
  await restartPods(clients, signal);
}

type Own = { readonly own: string; readonly signal: AbortSignal };

/**
 * Whom extension API servers believe: the API server only ever adds its own authority to what it finds there,
 * and makes it anew where there is nothing.
 */
async function dropOldAuthorities(clients: ApiClients, { own, signal }: Own): Promise<void> {
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

/** The controller manager writes the authority into each namespace as it starts; one that is being deleted it leaves. */
async function untilPodsAreTold(clients: ApiClients, { own, signal }: Own): Promise<void> {
  const core = clients.core(signal);
  for (;;) {
    const [namespaces, told] = await Promise.all([core.listNamespace(), core.listConfigMapForAllNamespaces({ fieldSelector: 'metadata.name=kube-root-ca.crt' })]);
    const active = new Set(namespaces.items.filter(({ status }) => status?.phase !== 'Terminating').map(({ metadata }) => metadata?.name));
    // Where there is none yet no Pod starts before there is.
    if (told.items.every(({ metadata, data }) => !active.has(metadata?.namespace) || data?.['ca.crt']?.trim() === own)) return;
    await sleep(pollMs, undefined, { signal });
  }
}

/** Those that run already, and that somebody makes again: on the first Machine alone, for nobody else has joined. */
async function restartPods(clients: ApiClients, signal: AbortSignal): Promise<void> {
  const core = clients.core(signal);
  const { items } = await core.listPodForAllNamespaces();
  for (const { metadata, spec, status } of items) {
    const isMadeAgain = metadata?.ownerReferences?.some(({ controller, kind }) => controller === true && kind !== 'Node') === true;
    const hasStarted = spec?.nodeName !== undefined && (status?.phase === 'Pending' || status?.phase === 'Running');
    if (!isMadeAgain || !hasStarted) continue;
    const body = { gracePeriodSeconds: restartGraceSeconds, preconditions: { uid: metadata?.uid ?? '' } };
    await core.deleteNamespacedPod({ name: metadata?.name ?? '', namespace: metadata?.namespace ?? '', body }).catch((error: unknown) => {
      // It has gone meanwhile, or another has its name.
      if (!(error instanceof ApiException && (error.code === 404 || error.code === 409))) throw error;
    });
  }
}
