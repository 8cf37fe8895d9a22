import {
  AppsV1Api,
  createConfiguration,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  ServerConfiguration,
  StorageV1Api,
  type Middleware,
} from '@kubernetes/client-node';
import type { ClusterCredentials } from '../pki/cluster-credentials.ts';
import type { ApiAccess } from '../seams/workload-cluster.ts';

const requestTimeoutMs = 15_000;
const credentialHours = 1;
/** Renewed well before it ends: a request under way must not outlive its certificate. */
const renewAfterMs = 30 * 60_000;

export type ApiClients = {
  readonly config: KubeConfig;
  /** Clients whose every request ends with that signal, or after 15 s. */
  readonly core: (signal: AbortSignal) => CoreV1Api;
  readonly storage: (signal: AbortSignal) => StorageV1Api;
  readonly apps: (signal: AbortSignal) => AppsV1Api;
  readonly objects: (signal: AbortSignal) => KubernetesObjectApi;
};

/** Clients of clusters that Slipway made, with short-lived certificates that exist in memory only. */
export function createApiClients(deps: { readonly credentials: ClusterCredentials; readonly now: () => number }) {
  const cache = new Map<string, { readonly clients: ApiClients; readonly since: number }>();
  return async (access: ApiAccess): Promise<ApiClients> => {
    const key = `${access.clusterUid} ${access.server}`;
    const cached = cache.get(key);
    if (cached !== undefined && deps.now() - cached.since < renewAfterMs) return cached.clients;
    const kubeconfig = await deps.credentials.adminKubeconfig(access.clusterUid, {
      server: access.server,
      clusterName: 'slipway',
      ttlHours: credentialHours,
    });
    const clients = createClients(kubeconfig);
    cache.set(key, { clients, since: deps.now() });
    return clients;
  };
}

function createClients(kubeconfig: string): ApiClients {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const server = config.getCurrentCluster()?.server ?? '';
  const configure = (signal: AbortSignal) =>
    createConfiguration({
      baseServer: new ServerConfiguration(server, {}),
      authMethods: { default: config },
      promiseMiddleware: [boundRequests(signal)],
    });
  return {
    config,
    core: (signal) => new CoreV1Api(configure(signal)),
    storage: (signal) => new StorageV1Api(configure(signal)),
    apps: (signal) => new AppsV1Api(configure(signal)),
    objects: (signal) => new KubernetesObjectApi(configure(signal)),
  };
}

function boundRequests(signal: AbortSignal): Middleware {
  return {
    pre: async (context) => {
      context.setSignal(AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]));
      return context;
    },
    post: async (context) => context,
  };
}
