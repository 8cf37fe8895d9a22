import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';

export type SshKey = {
  /** An OpenSSH private key file ("BEGIN OPENSSH PRIVATE KEY"), as ssh2 and sshd read it. */
  readonly privateKey: string;
  /** One line, "ssh-ed25519 AAAA… comment": for authorized_keys or known_hosts. */
  readonly publicKey: string;
};

export type SshHostKey = SshKey & {
  /** "SHA256:…", as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
};

/** ed25519 only: short, made in no time, and with no parameters to get wrong. */
export function createSshKey(comment: string): SshKey {
  const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
  return { privateKey: pair.private, publicKey: pair.public };
}

/** OpenSSH's fingerprint of a public key line. */
export function sshFingerprint(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
