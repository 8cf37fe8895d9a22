import { once } from 'node:events';
import ssh2 from 'ssh2';
import { expect, onTestFinished, test } from 'vitest';
import { createSshKey, sshFingerprint } from '../../../activities/store/ssh-keys.ts';

test('every key parses back, whatever its bytes and however long its comment', () => {
  const leadingZeros: string[] = [];
  const seen = new Set<string>();
  for (let index = 0; index < 3000; index += 1) {
    const comment = 'c'.repeat(1 + (index % 17));
    const { privateKey, publicKey } = createSshKey(comment);
    const [parsed, parsedPublic] = [ssh2.utils.parseKey(privateKey), ssh2.utils.parseKey(publicKey)];
    if (parsed instanceof Error || parsedPublic instanceof Error) throw new Error(`key ${index} does not parse`);
    const blob = parsed.getPublicSSH();
    if (publicKey !== `ssh-ed25519 ${blob.toString('base64')} ${comment}`) throw new Error(`key ${index} differs`);
    if (!parsedPublic.verify('x', parsed.sign('x'))) throw new Error(`the halves of key ${index} do not match`);
    if (blob.at(-32) === 0) leadingZeros.push(publicKey);
    seen.add(publicKey);
  }
  expect(seen.size).toBe(3000);
  // About twelve of them; they are the ones that a careless encoder shortens.
  expect(leadingZeros.length).toBeGreaterThan(0);
});

test('a private key is a file as ssh-keygen writes it', () => {
  expect(createSshKey('slipway-demo').privateKey).toMatch(
    /^-----BEGIN OPENSSH PRIVATE KEY-----\n(?:[A-Za-z0-9+/=]{1,70}\n)+-----END OPENSSH PRIVATE KEY-----\n$/,
  );
});

test("the fingerprint is OpenSSH's", () => {
  // ssh-keygen -l printed this for the line.
  const line =
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPJ/eAt7/klNPpPpgBNVsuHK6wyopD0lQ1xYbOb32j+Z m-1';
  expect(sshFingerprint(line)).toBe('SHA256:bkxZ0DXrlWJUAj8cI4rkV3GqJxRWYmlbIv5RhqkO95k');
});

test('a server that has the host key is known by its fingerprint, and lets the client key in', async () => {
  const [host, client] = [createSshKey('machine-1'), createSshKey('slipway-demo')];
  const allowed = Buffer.from(client.publicKey.split(' ')[1] ?? '', 'base64');
  const server = new ssh2.Server({ hostKeys: [host.privateKey] }, (connection) => {
    connection.on('authentication', (attempt) => {
      if (attempt.method !== 'publickey' || !attempt.key.data.equals(allowed)) attempt.reject(['publickey']);
      else attempt.accept();
    });
    connection.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;

  const connect = async (privateKey: string): Promise<string> => {
    let seen = '';
    const connection = new ssh2.Client();
    connection.connect({
      host: '127.0.0.1',
      port,
      username: 'root',
      privateKey,
      readyTimeout: 5_000,
      hostVerifier: (key: Buffer) => {
        seen = sshFingerprint(`ssh-ed25519 ${key.toString('base64')}`);
        return true;
      },
    });
    await once(connection, 'ready');
    connection.end();
    return seen;
  };
  expect(await connect(client.privateKey)).toBe(sshFingerprint(host.publicKey));
  await expect(connect(createSshKey('stranger').privateKey)).rejects.toThrow('authentication methods failed');
});
