import { once } from 'node:events';
import ssh2 from 'ssh2';
import { expect, onTestFinished, test } from 'vitest';
import { createSshKey, sshFingerprint } from '../../../activities/store/ssh-keys.ts';

test('a hundred keys parse back, each another, with the comment that was given', () => {
  const keys = Array.from({ length: 100 }, () => createSshKey('slipway-demo'));
  for (const { privateKey, publicKey } of keys) {
    const parsed = ssh2.utils.parseKey(privateKey);
    if (parsed instanceof Error) throw parsed;
    expect(privateKey.startsWith('-----BEGIN OPENSSH PRIVATE KEY-----\n')).toBe(true);
    expect(privateKey.endsWith('-----END OPENSSH PRIVATE KEY-----\n')).toBe(true);
    expect(publicKey).toBe(`ssh-ed25519 ${parsed.getPublicSSH().toString('base64')} slipway-demo`);
    expect(parsed.verify('x', parsed.sign('x'))).toBe(true);
  }
  expect(new Set(keys.map(({ publicKey }) => publicKey)).size).toBe(100);
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
