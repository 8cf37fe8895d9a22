import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createLineScrubber, scrub } from '../../../domain/scrub.ts';

const PEM_BODY = Array.from({ length: 4 }, (_, line) => `${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ'.slice(line)}+/${line}aB`).join('\n');
const PEM = `-----BEGIN RSA PRIVATE KEY-----\n${PEM_BODY}\n-----END RSA PRIVATE KEY-----`;
const HEX64 = '3f'.repeat(32);

describe('scrub', () => {
  test.each([
    ['a bootstrap token', 'kubeadm join --token abcdef.0123456789abcdef', 'kubeadm join --token [removed: bootstrap token]'],
    ['a token in YAML', 'token: abcdef.0123456789abcdef # x', 'token: [removed: credential] # x'],
    ['a certificate key in argv', `--certificate-key ${HEX64} x`, '--certificate-key [removed: credential] x'],
    ['a certificate key in YAML', `certificateKey: ${HEX64}`, 'certificateKey: [removed: credential]'],
    ['a certificate key on a line of its own', `Using certificate key:\n${HEX64}\n`, 'Using certificate key:\n[removed: 64 hex digits]\n'],
    ['a whole private key', `a\n${PEM}\nb`, 'a\n[removed: private key]\nb'],
    ['an indented private key', `k: |\n  ${PEM.replaceAll('\n', '\n  ')}\nb: 1`, 'k: |\n  [removed: private key]\nb: 1'],
    ['a private key without its end', PEM.slice(0, 150), '[removed: private key]'],
    ['a private key without its beginning', `a log line\n${PEM.slice(60)}\nlog`, 'a log line\n[removed: private key]\nlog'],
    ['a private key with escaped line ends', `{"k":"${PEM.replaceAll('\n', String.raw`\n`)}\\n","b":1}`, String.raw`{"k":"[removed: private key]\n","b":1}`],
    ['a cut private key inside JSON', `{"k":"${PEM.slice(0, 120).replaceAll('\n', String.raw`\n`)}","b":1}`, '{"k":"[removed: private key]","b":1}'],
    ['two private keys', `${PEM}\nx\n${PEM}`, '[removed: private key]\nx\n[removed: private key]'],
    ['kubeconfig data', 'client-key-data: QUJDREVG\nuser: a', 'client-key-data: [removed: credential]\nuser: a'],
    ['kubeconfig data in JSON', '{"certificate-authority-data":"QUJD","x":1}', '{"certificate-authority-data":"[removed: credential]","x":1}'],
    ['PEM in base64', `x=${Buffer.from(PEM).toString('base64')} y`, 'x=[removed: base64 PEM] y'],
    ['a web token', 'got eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrIn0.c2ln end', 'got [removed: web token] end'],
    ['a bearer', 'Authorization: Bearer abc.def-ghi123', 'Authorization: Bearer [removed: credential]'],
    ['a password', 'password="hunter2;x" b', 'password="[removed: credential];x" b'],
    ['a number that is a password', '{"password": 4711}', '{"password": "[removed: credential]"}'],
    ['JSON inside JSON', String.raw`"{\"password\":\"hunter2\"}"`, String.raw`"{\"password\":\"[removed: credential]\"}"`],
    ['a password behind an escaped line end', String.raw`"first\npassword: hunter2"`, String.raw`"first\npassword: [removed: credential]"`],
    ['a bootstrap token behind one', String.raw`"first\nabcdef.0123456789abcdef"`, String.raw`"first\n[removed: bootstrap token]"`],
    ['64 hex digits behind one', `"first\\t${HEX64}"`, String.raw`"first\t[removed: 64 hex digits]"`],
    ['a bearer behind one', String.raw`"first\r\nBearer abc.def-ghi123"`, String.raw`"first\r\nBearer [removed: credential]"`],
    ['a web token behind one', String.raw`"\neyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrIn0.c2ln"`, String.raw`"\n[removed: web token]"`],
  ])('removes %s', (_, text, expected) => {
    expect(scrub(text)).toBe(expected);
  });

  test.each([
    'the token is expired, ask for another',
    `pulled registry.k8s.io/pause@sha256:${HEX64}`,
    `--discovery-token-ca-cert-hash sha256:${HEX64}`,
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    '{"token":null,"password":true}',
    'https://127.0.0.1:6443/api/v1/nodes?timeout=10s',
    'kube-system/coredns-6f6b679f8f-abcde',
  ])('leaves %j as it is', (text) => {
    expect(scrub(text)).toBe(text);
  });

  it('goes on after a mention of a private key that is none', () => {
    const text = 'expected "-----BEGIN PRIVATE KEY-----" at line 1\nerror: see the log';
    expect(scrub(text)).toContain('error: see the log');
  });

  const secret = fc.oneof(
    fc.constant(PEM),
    fc.stringMatching(/^[a-z0-9]{6}\.[a-z0-9]{16}$/),
    fc.stringMatching(/^[a-f0-9]{64}$/),
    fc.constant(Buffer.from(PEM).toString('base64')),
  );
  const noise = fc.string({ unit: fc.constantFrom('a', 'Z', '3', ' ', '\n', '"', '\\', ':', '=', '-', '.', '{', '}', 'token', 'ü') });

  it('removes a secret wherever it stands, and twice is once', () => {
    fc.assert(fc.property(noise, secret, noise, (before, hidden, after) => {
      const clean = scrub(`${before}\n${hidden}\n${after}`);
      for (const line of hidden.split('\n').filter((part) => !part.startsWith('-----'))) {
        expect(clean).not.toContain(line);
      }
      expect(scrub(clean)).toBe(clean);
    }));
  });

  it('keeps JSON readable as JSON', () => {
    const value = fc.oneof(noise, secret, fc.tuple(noise, secret).map(([a, b]) => `password=${a}${b}`), fc.integer(), fc.constant(null));
    const key = fc.constantFrom('token', 'password', 'client-key-data', 'message', 'certificateKey');
    fc.assert(fc.property(fc.dictionary(key, value), fc.boolean(), (object, nested) => {
      const text = JSON.stringify(nested ? { body: JSON.stringify(object) } : object);
      expect(() => JSON.parse(scrub(text))).not.toThrow();
    }), { numRuns: 1000 });
  });
});

describe('the line scrubber', () => {
  it('hides a private key that comes line by line', () => {
    const scrubLine = createLineScrubber();
    const shown = `before\n${PEM}\nafter abcdef.0123456789abcdef`.split('\n').map(scrubLine).filter((line) => line !== undefined);
    expect(shown).toEqual(['before', '[removed: private key]', 'after [removed: bootstrap token]']);
  });
});

describe('the time that scrubbing takes', () => {
  test.each([
    ['base64', 'A'.repeat(64 * 1024)],
    ['base64 before an end that is no beginning', `x ${'A'.repeat(64 * 1024)}" -----END PRIVATE KEY-----`],
    ['beginnings', '-----BEGIN PRIVATE KEY-----\n'.repeat(2000)],
    ['backslashes', `password=${'\\'.repeat(64 * 1024)}"`],
    ['hex digits', 'f'.repeat(64 * 1024)],
    ['blanks', `token${' '.repeat(64 * 1024)}x`],
    ['names', 'token '.repeat(10_000)],
  ])('stays short for 64 KiB of %s', (_, text) => {
    const began = performance.now();
    scrub(text);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
