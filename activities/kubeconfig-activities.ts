import { seal } from '../api/sealed-box.ts';
import { clientLifetimes, findIdentityProblem, findLifetimeProblem, type ClientIdentity } from '../domain/client-identity.ts';
import type { ClusterAllocation } from '../domain/network/cluster-network.ts';
import type { ClusterIdentity } from '../domain/identity.ts';
import { apiAccess } from './api-access.ts';
import type { ClusterCredentials } from './pki/cluster-credentials.ts';
import { IdentityRefusedError } from './request-errors.ts';

/** Who may do what with a cluster's API. */
export function createKubeconfigActivities({ credentials }: { readonly credentials: Pick<ClusterCredentials, 'personKubeconfig'> }) {
  return {
    /** @throws IdentityRefusedError also for what a CLI of another version let pass */
    async issueKubeconfig(request: {
      cluster: { readonly identity: ClusterIdentity; readonly allocation: ClusterAllocation };
      recipient: string;
      identity?: ClientIdentity;
      ttlMs?: number;
    }): Promise<{ sealed: string }> {
      const { cluster, identity: client, ttlMs } = request;
      const problem = (client === undefined ? undefined : findIdentityProblem(client)) ?? (ttlMs === undefined ? undefined : findLifetimeProblem(ttlMs));
      if (problem !== undefined) throw new IdentityRefusedError(problem);
      const { installation, name, uid } = cluster.identity;
      const { server } = apiAccess({ cluster: cluster.identity, allocation: cluster.allocation });
      const entry = `slipway-${name}`;
      const person = client === undefined ? entry : `${client.user}@${entry}`;
      const kubeconfig = await credentials.personKubeconfig(uid, {
        server,
        entry: { cluster: entry, context: person, user: person },
        extension: { cluster: name, uid, installation },
        identity: client ?? 'administrator',
        lifetime: ttlMs === undefined ? { atMostMs: client === undefined ? clientLifetimes.admin : clientLifetimes.user } : { ttlMs },
      });
      return { sealed: seal(request.recipient, kubeconfig, 'kubeconfig') };
    },
  };
}
