import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { createKnownSecretFilter } from '../../../activities/known-secrets.ts';

const removed = "[removed: the manifest's]";

test.each([
  { what: 'a word of a command', secret: 'login --user admin --password=tr0ub4dor-and-3', text: '+ tr0ub4dor-and-3 accepted', shown: `+ ${removed} accepted` },
  { what: 'a line of a file', secret: 'user: a\npassphrase: correct horse\n', text: 'read passphrase: correct horse', shown: `read ${removed}` },
  { what: 'a whole command', secret: 'curl https://host/very-secret', text: '+ curl https://host/very-secret', shown: `+ ${removed}` },
  { what: 'the longer of two first', secret: 'alphabetical\nalphabetical order', text: 'alphabetical order', shown: removed },
])('$what is taken out', ({ secret, text, shown }) => {
  expect(createKnownSecretFilter([secret])(text)).toBe(shown);
});

test('what says nothing by itself stays, and so does all that is not of the manifest', () => {
  const filter = createKnownSecretFilter(['set -eu\nexit 3\nfi', 'mkdir -p /var/log/kubernetes-audit']);
  const text = 'sh: exit 3\n[init] Using Kubernetes version: v1.34.4\n/var/log/kubernetes-audit exists';
  expect(filter(text)).toBe(text);
});

test('the armor of a key says nothing of it, and stays for who looks for keys by their form', () => {
  const filter = createKnownSecretFilter(['-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIJ7F\n-----END EC PRIVATE KEY-----']);
  expect(filter('-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIJ7F\nMHcCAnother1')).toBe(`-----BEGIN EC PRIVATE KEY-----\n${removed}\nMHcCAnother1`);
});

test('no line of at least eight characters survives, whatever is around it', () => {
  assert(
    property(string({ minLength: 8 }), string(), string(), (secret, before, after) => {
      const line = secret.split('\n')[0]?.trim() ?? '';
      const shown = createKnownSecretFilter([secret])(`${before}${secret}${after}`);
      return line.length < 8 || removed.includes(line) || !shown.includes(line);
    }),
  );
});
