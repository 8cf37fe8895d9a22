import { describe, expect, it, test } from 'vitest';
import { parsePinnedHostKey } from '../../../activities/ssh/host-key.ts';
import { createKeyPair } from './in-process-server.ts';

describe('parsePinnedHostKey', () => {
  it('reads a public key line with and without a comment', () => {
    const { publicKey } = createKeyPair();
    const [type, encoded] = publicKey.split(' ');
    expect(parsePinnedHostKey(`${type} ${encoded} a comment\n`)).toEqual(parsePinnedHostKey(`${type} ${encoded}`));
  });

  it('names the key as ssh-keygen does', () => {
    // Made by ssh-keygen, and named by `ssh-keygen -l`.
    const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOoR5F3gsU7yxX/ZU8m2Tc9PkTN6E67ftO1g2LqjxXTi root@demo';
    expect(parsePinnedHostKey(line).fingerprint).toBe('SHA256:EEkf6FxPnv7lcU3g0/76q+lXmrqKogpjNOvILs0u4iY');
  });

  test.each([
    ['nothing', ''],
    ['a key of another type', createKeyPair('ecdsa').publicKey],
    ['a key that is cut', createKeyPair().publicKey.slice(0, 60)],
    ['a key that calls itself another', `ssh-ed25519 ${createKeyPair('ecdsa').publicKey.split(' ')[1]}`],
    ['a private key', createKeyPair().privateKey],
  ])('refuses %s', (_, line) => {
    expect(() => parsePinnedHostKey(line)).toThrow(RangeError);
  });
});
