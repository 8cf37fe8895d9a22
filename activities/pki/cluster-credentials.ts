import type { ClientIdentity } from '../../domain/client-identity.ts';
import { certificateExpiry } from './certificate-authority.ts';
import type { ClusterPki } from './cluster-pki.ts';
import { signClientCertificate } from './client-certificate.ts';
import { renderKubeconfig } from './kubeconfig.ts';

/** Kubeconfigs, made when they are asked for and never stored. The caller keeps them out of payloads and logs. */
export type ClusterCredentials = {
  /**
   * For a person: an administrator, or that user in those groups. What `ttlMs` asks for is given or
   * refused; without it the certificate ends with the CA at the latest.
   * `entry`: what cluster, context and user are called in the file.
   * @throws CertificateLifetimeError
   */
  personKubeconfig(
    uid: string,
    access: {
      readonly server: string;
      readonly entry: { readonly cluster: string; readonly context: string; readonly user: string };
      readonly extension: Readonly<Record<string, string>>;
      readonly identity: ClientIdentity | 'administrator';
      readonly lifetime: { readonly ttlMs: number } | { readonly atMostMs: number };
    },
  ): Promise<string>;
  /**
   * For Slipway itself: user kubernetes-admin in group kubeadm:cluster-admins,
   * which `kubeadm init` (1.29 and later) binds to cluster-admin. Not system:masters: that group
   * passes by RBAC and so cannot be taken back; kubeadm's super-admin.conf, which has it, never
   * leaves its machine.
   */
  adminKubeconfig(
    uid: string,
    access: {
      readonly server: string;
      readonly clusterName: string;
      readonly ttlHours: number;
      readonly tlsServerName?: string;
    },
  ): Promise<string>;
  /**
   * For one machine's `kubeadm join`, as the file of `discovery.file`. With client certificates in
   * it no token has to exist in the API server, and nothing waits for the bootstrap signer. What
   * makes it work, in kubeadm v1.34:
   * - discovery.For returns a discovery file that holds credentials as the TLS bootstrap
   *   configuration (HasAuthenticationCredentials knows X.509), and kubelet-start writes it as
   *   bootstrap-kubelet.conf, for a control plane with the local API server's address in it;
   * - the kubelet's bootstrap.LoadClientConfig takes that file's credentials for its CSR;
   * - everything a joining machine needs is bound to the group
   *   system:bootstrappers:kubeadm:default-node-token, and not to the token's user: creating the
   *   CSR (kubeadm:kubelet-bootstrap), its approval (kubeadm:node-autoapprove-bootstrap; the
   *   approver asks for the rights of the CSR's groups, and compares user names only for renewals),
   *   kubeadm:get-nodes, kubeadm:nodes-kubeadm-config, kubeadm:kubelet-config, kube-proxy;
   * - the API server takes a certificate's organizations for groups, colons and all;
   * - cluster-info is bound to anonymous users alone, so reading it is forbidden to this one, which
   *   kubeadm takes for "do not refresh" and goes on without waiting.
   * A certificate cannot be revoked: that is why it lives minutes.
   */
  bootstrapKubeconfig(
    uid: string,
    access: { readonly server: string; readonly ttlMinutes: number },
  ): Promise<string>;
};

const MINUTE_MS = 60 * 1000;
const administrator: ClientIdentity = { user: 'kubernetes-admin', groups: ['kubeadm:cluster-admins'] };

export function createCredentials(dependencies: {
  readonly secrets: { loadPki(uid: string): Promise<ClusterPki> };
  /** Epoch milliseconds. */
  readonly now: () => number;
}): ClusterCredentials {
  const issue = async (request: {
    readonly uid: string;
    readonly identity: ClientIdentity;
    readonly lifetime: { readonly ttlMs: number } | { readonly atMostMs: number };
    readonly kubeconfig: Omit<Parameters<typeof renderKubeconfig>[0], 'caPem' | 'certificatePem' | 'privateKeyPem'>;
  }): Promise<string> => {
    const { ca } = await dependencies.secrets.loadPki(request.uid);
    const now = dependencies.now();
    const { lifetime, identity } = request;
    const client = await signClientCertificate({
      ca,
      commonName: identity.user,
      organizations: identity.groups,
      now,
      notAfter: 'ttlMs' in lifetime ? now + lifetime.ttlMs : Math.min(now + lifetime.atMostMs, certificateExpiry(ca.certificatePem)),
    });
    return renderKubeconfig({ ...request.kubeconfig, ...client, caPem: ca.certificatePem });
  };

  return {
    personKubeconfig: (uid, { server, entry, extension, identity, lifetime }) =>
      issue({
        uid,
        identity: identity === 'administrator' ? administrator : identity,
        lifetime,
        kubeconfig: { server, clusterName: entry.cluster, contextName: entry.context, userName: entry.user, extension },
      }),
    adminKubeconfig: (uid, { ttlHours, ...kubeconfig }) =>
      issue({
        uid,
        identity: administrator,
        lifetime: { ttlMs: ttlHours * 60 * MINUTE_MS },
        kubeconfig: { ...kubeconfig, userName: administrator.user },
      }),
    bootstrapKubeconfig: (uid, { server, ttlMinutes }) =>
      issue({
        uid,
        // As a token's user is named, "system:bootstrap:<token ID>": audit logs then read alike.
        identity: { user: 'system:bootstrap:slipway', groups: ['system:bootstrappers', 'system:bootstrappers:kubeadm:default-node-token'] },
        lifetime: { ttlMs: ttlMinutes * MINUTE_MS },
        // kubeadm's default name, for a file that lives on one machine for minutes.
        kubeconfig: { clusterName: 'kubernetes', server, userName: 'system:bootstrap:slipway' },
      }),
  };
}
