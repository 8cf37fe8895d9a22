import { onTestFinished } from 'vitest';
import { buildTarArchive } from '../../../activities/docker/tar-archive.ts';
import type { Backend } from '../../../activities/seams/machine-provider.ts';
import { createCertificateAuthority } from '../../../activities/pki/certificate-authority.ts';
import { haproxyImage } from '../../../node-image/versions.mjs';
import { apiServerPort, lookInside, type TestCluster } from './test-cluster.ts';

/** Answers every HTTPS request with its name, and /readyz with 200 or 503 as it is told. */
export type ApiServer = { readonly backend: Backend; readonly setReady: (ready: boolean) => Promise<void> };

const config = `global
  stats socket /tmp/admin.sock mode 600 level admin
defaults
  mode http
  timeout connect 2s
  timeout client 1h
  timeout server 1h
frontend api
  bind *:${apiServerPort} ssl crt /etc/server/tls.pem
  http-request return status 503 if { path /readyz } { str(ready),map_str(/etc/server/ready.map,no) -m str no }
  http-request return status 200 content-type text/plain file /etc/server/name
`;

/** A stand-in for an API server: a second HAProxy, in the cluster's network, that ends TLS itself. */
export async function startApiServer(testCluster: TestCluster, name: string, address: string): Promise<ApiServer> {
  const { docker, cluster } = testCluster;
  const network = `slipway-${cluster.name}`;
  const { certificatePem, privateKeyPem } = await createCertificateAuthority({ commonName: 'kubernetes', now: Date.now() });
  const container = await docker.createContainer({
    name: `${cluster.name}-${name}`,
    Image: haproxyImage,
    Entrypoint: ['haproxy', '-db', '-f', '/etc/server/haproxy.cfg'],
    Cmd: [],
    HostConfig: { NetworkMode: network },
    NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
  });
  onTestFinished(() => container.remove({ force: true, v: true }));
  await container.putArchive(
    buildTarArchive([
      { path: '/etc/server', mode: 0o755 },
      { path: '/etc/server/haproxy.cfg', mode: 0o644, content: config },
      { path: '/etc/server/tls.pem', mode: 0o600, content: `${certificatePem}${privateKeyPem}` },
      { path: '/etc/server/ready.map', mode: 0o644, content: 'ready yes\n' },
      { path: '/etc/server/name', mode: 0o644, content: name },
    ]),
    { path: '/' },
  );
  await container.start();
  return {
    backend: { name, address, port: apiServerPort },
    setReady: async (ready) => {
      const command = `set map /etc/server/ready.map ready ${ready ? 'yes' : 'no'}`;
      await lookInside(docker, container.id, `echo '${command}' | socat - UNIX-CONNECT:/tmp/admin.sock`);
    },
  };
}
