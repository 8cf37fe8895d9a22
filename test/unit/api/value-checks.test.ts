import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { selectNodeLabels } from '../../../api/node-labels.ts';
import { parseDuration } from '../../../api/validation/durations.ts';
import { checkImage } from '../../../api/validation/images.ts';
import { checkNodeLabels, isLabelValue, isQualifiedName } from '../../../api/validation/labels.ts';
import { checkCertSAN } from '../../../api/validation/names.ts';
import { checkPublicKey } from '../../../api/validation/ssh-keys.ts';
import { findNearest } from '../../../api/validation/suggestions.ts';

describe('durations', () => {
  test.for([
    ['0', 0],
    ['0s', 0],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1.5m', 90_000],
    ['.5s', 500],
    ['1m0s', 60_000],
    ['250ms', 250],
    ['2us', 0.002],
    ['', undefined],
    ['5', undefined],
    ['s', undefined],
    ['-5s', undefined],
    ['5 s', undefined],
    ['5d', undefined],
    ['5 parsecs', undefined],
    ['1h30', undefined],
  ] as const)('%j is %s milliseconds', ([text, expected]) => {
    expect(parseDuration(text)).toBe(expected);
  });
});

describe('images', () => {
  test.for([
    'node',
    'slipway/node:v1.34.4',
    'localhost/node',
    'localhost:5000/a/b:c',
    'registry.example.com/a__b/c-d.e:T_1',
    `a@sha256:${'0'.repeat(64)}`,
    `a:b@sha256:${'0'.repeat(64)}`,
    'Registry.example.com:5000/a',
  ])('%s is one', (image) => {
    expect(checkImage(image)).toBeUndefined();
  });

  test.for([
    '',
    'Node',
    'a b',
    'a:',
    'a:b:c',
    '/a',
    'a/',
    'a//b',
    'a@sha256:123',
    'a@b@c',
    '-a',
    'a:-b',
    'kindest/node',
    'docker.io/kindest/node:v1.34.0',
    'x'.repeat(300),
  ])('%j is none', (image) => {
    expect(checkImage(image)).toBeDefined();
  });
});

describe('labels', () => {
  test.for([
    ['a', true],
    ['example.com/a.b_c-D', true],
    ['a'.repeat(63), true],
    ['a'.repeat(64), false],
    [`${'a'.repeat(64)}/a`, false],
    ['Example.com/a', false],
    ['/a', false],
    ['a/', false],
    ['a/b/c', false],
    ['-a', false],
    ['', false],
    ['ä', false],
  ] as const)('the key %j: %s', ([key, isGood]) => {
    expect(isQualifiedName(key)).toBe(isGood);
  });

  test('values may be empty', () => {
    expect(['', 'a', '1.2_3-b', 'a'.repeat(63)].every(isLabelValue)).toBe(true);
    expect(['-', 'a b', 'a'.repeat(64), 'ä', 'a\n'].some(isLabelValue)).toBe(false);
  });

  test.for([
    ['a=b', true],
    ['example.com/a=b,topology.kubernetes.io/zone=z', true],
    ['node.kubernetes.io/a=b,x.kubelet.kubernetes.io/c=d', true],
    ['a', true],
    ['kubernetes.io/anything=b', false],
    ['node-restriction.kubernetes.io/a=b', false],
    ['storage.k8s.io/a=b', false],
    ['a=b,', false],
    ['a=b c', false],
    ['', false],
  ] as const)('the kubelet takes --node-labels=%s: %s', ([list, isTaken]) => {
    expect(checkNodeLabels(list) === undefined).toBe(isTaken);
  });

  test('of a Machine reach its Node by their domain', () => {
    const synced = {
      'node-role.kubernetes.io/worker': '',
      'node-restriction.kubernetes.io/a': '1',
      'team.node-restriction.kubernetes.io/a': '2',
      'node.cluster.x-k8s.io/pool': 'x',
      'a.node.cluster.x-k8s.io/pool': 'y',
    };
    const others = {
      'example.com/a': 'b',
      a: 'b',
      'x.node-role.kubernetes.io/worker': '',
      'mynode.cluster.x-k8s.io/a': 'b',
    };
    expect(selectNodeLabels({ ...others, ...synced })).toEqual(synced);
  });
});

test.for([
  ['localhost', true],
  ['api.example.com', true],
  ['*.example.com', true],
  ['127.0.0.1', true],
  ['0.0.0.0', true],
  ['::1', true],
  ['2001:db8::1', true],
  ['a.*.example.com', false],
  ['*', false],
  ['Example.com', false],
  ['api_1', false],
  ['api:6443', false],
  ['', false],
] as const)('a certificate can be for %j: %s', ([name, isGood]) => {
  expect(checkCertSAN(name) === undefined).toBe(isGood);
});

/** A field of SSH's wire format: its length in four bytes, and its bytes. */
const sshField = (bytes: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const sshLine = (type: string, ...fields: readonly Uint8Array[]): string =>
  `${type} ${Buffer.concat([Buffer.from(type), ...fields].map(sshField)).toString('base64')} me@example`;

describe('SSH public keys', () => {
  const rsa = (bits: number): string => {
    const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
    return sshLine('ssh-rsa', Buffer.from(e, 'base64url'), Buffer.concat([Buffer.of(0), Buffer.from(n, 'base64url')]));
  };
  const ed25519 = sshLine('ssh-ed25519', Buffer.alloc(32, 7));

  test('of the usual types are taken, with and without a comment', () => {
    const ecdsa = sshLine('ecdsa-sha2-nistp256', Buffer.from('nistp256'), Buffer.alloc(65, 4));
    for (const key of [ed25519, ed25519.replace(' me@example', ''), rsa(2048), ecdsa])
      expect(checkPublicKey(key)).toBeUndefined();
  });

  test.for([
    ['a weak RSA key', rsa(1024)],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk='],
    ['a key that is cut off', ed25519.slice(0, 50)],
    ['a key of another type than it says', ed25519.replace('ssh-ed25519', 'ssh-rsa')],
    ['two keys', `${ed25519}\n${ed25519}`],
    ['a DSA key', sshLine('ssh-dss', Buffer.alloc(128, 1))],
    ['no base64', 'ssh-ed25519 !!!! me@example'],
    ['nothing', ''],
  ])('refused: %s', ([, key = '']) => {
    const wrong = checkPublicKey(key);
    expect(wrong).toBeDefined();
    expect(JSON.stringify(wrong)).not.toContain('b3BlbnNzaC1rZXk');
  });
});

test.for([
  ['replica', 'replicas'],
  ['Replicas', 'replicas'],
  ['verison', 'version'],
  ['kubeadmConfig', undefined],
  ['x', undefined],
  ['completelyDifferent', undefined],
  ['y'.repeat(100), undefined],
] as const)('the known word nearest to %s is %s', ([word, nearest]) => {
  expect(findNearest(word, ['version', 'replicas', 'template', 'kubeadmConfigSpec'])).toBe(nearest);
});
