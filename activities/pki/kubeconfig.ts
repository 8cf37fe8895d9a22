import { stringify } from 'yaml';
import type { CertificateAndKey } from './certificate-authority.ts';

/**
 * A kubeconfig with everything embedded. The context is named as kubeadm names its own
 * ("user@cluster"), unless `contextName` says otherwise.
 * `server`: "https://host:port". `tlsServerName`: where the server's certificate bears another
 * name than the address that it is reached by. `extension`: facts about the cluster that tools
 * find again, under the name "slipway".
 */
export function renderKubeconfig(content: CertificateAndKey & {
  readonly clusterName: string;
  readonly server: string;
  readonly caPem: string;
  readonly userName: string;
  readonly tlsServerName?: string;
  readonly contextName?: string;
  readonly extension?: Readonly<Record<string, string>>;
}): string {
  const context = content.contextName ?? `${content.userName}@${content.clusterName}`;
  const cluster = {
    'certificate-authority-data': encode(content.caPem),
    server: content.server,
    ...(content.tlsServerName === undefined ? {} : { 'tls-server-name': content.tlsServerName }),
    ...(content.extension === undefined ? {} : { extensions: [{ name: 'slipway', extension: content.extension }] }),
  };
  const user = {
    'client-certificate-data': encode(content.certificatePem),
    'client-key-data': encode(content.privateKeyPem),
  };
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: content.clusterName, cluster }],
      users: [{ name: content.userName, user }],
      contexts: [{ name: context, context: { cluster: content.clusterName, user: content.userName } }],
      'current-context': context,
      preferences: {},
    },
    // Base64 stays on one line, as kubectl writes it.
    { lineWidth: 0 },
  );
}

function encode(pem: string): string {
  return Buffer.from(pem).toString('base64');
}
