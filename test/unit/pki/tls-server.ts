import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

export type TlsIdentity = { readonly cert: string; readonly key: string };

const answerSchema = z.object({
  /** Whether the client's certificate is one of the CA, and valid now; if not, OpenSSL's code. */
  refusal: z.string().nullable(),
  subject: z.unknown().optional(),
});

/**
 * A TLS server that knows one CA's clients, as an API server does, and answers what it makes of
 * who calls. Serving with the CA's own certificate is enough: its name is its SAN.
 */
export async function startTlsServer(ca: { readonly certificatePem: string; readonly privateKeyPem: string }) {
  const listener = createServer(
    {
      cert: ca.certificatePem,
      key: ca.privateKeyPem,
      ca: ca.certificatePem,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (socket) => {
      socket.on('error', () => undefined);
      const refusal = socket.authorized ? null : String(socket.authorizationError);
      socket.end(JSON.stringify({ refusal, subject: socket.getPeerCertificate().subject }));
    },
  );
  listener.listen(0, '127.0.0.1');
  onTestFinished(() => {
    listener.close();
  });
  await once(listener, 'listening');
  const address = listener.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
}

/** What a client does with a kubeconfig: checks the server against the CA, shows its certificate. */
export async function callTlsServer(call: {
  readonly port: number;
  readonly ca: string;
  readonly client?: TlsIdentity;
}): Promise<z.infer<typeof answerSchema>> {
  const socket = connect({ host: '127.0.0.1', port: call.port, ca: call.ca, servername: 'kubernetes', ...call.client });
  socket.setEncoding('utf8');
  socket.setTimeout(5_000, () => socket.destroy(new Error('the server did not answer')));
  let answer = '';
  socket.on('data', (part: string) => (answer += part));
  await once(socket, 'end');
  return answerSchema.parse(JSON.parse(answer));
}
