import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../../api/manifest-problem.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { collectSecrets, mapSecrets } from '../../../api/secrets.ts';
import { parseGood } from './support/parse-good.ts';
import { secret, writeWith } from './support/provided-documents.ts';
import { readFixture } from './support/edit-manifest.ts';
import type { Setting } from './support/small-manifest.ts';

const from = (key: string) => ({ secret: { name: 'mine', key } });
const file = (rest: object): Setting => ({ kind: 'KubeadmControlPlane', path: ['spec', 'kubeadmConfigSpec', 'files'], value: [{ path: '/etc/a', ...rest }] });
const user = (rest: object): Setting => ({ kind: 'KubeadmConfigTemplate', path: ['spec', 'template', 'spec', 'users'], value: [{ name: 'ann', lockPassword: false, ...rest }] });
const base64 = (content: string | Uint8Array): string => Buffer.from(content).toString('base64');
const bytes = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe]);

describe('a file', () => {
  test.for<readonly [string, Readonly<Record<string, unknown>>, object, object]>([
    ['out of stringData', { stringData: { k: 'text' } }, { contentFrom: from('k') }, { content: { plain: 'text' } }],
    ['out of data', { data: { k: base64('text') } }, { contentFrom: from('k') }, { content: { plain: 'text' } }],
    ['compressed, out of data', { data: { k: base64(gzipSync('text')) } }, { contentFrom: from('k'), encoding: 'gzip' }, { content: { plain: 'text' } }],
    ['encoded twice', { data: { k: base64(base64('text')) } }, { contentFrom: from('k'), encoding: 'base64' }, { content: { plain: 'text' } }],
    ['of any bytes', { data: { k: base64(bytes) } }, { contentFrom: from('k') }, { content: { plain: base64(bytes) }, binary: true }],
  ])('%s', ([, data, source, expected]) => {
    const { cluster } = parseGood(writeWith([secret('mine', data)], file(source)));
    expect(cluster.controlPlane.bootstrap.files).toMatchObject([expected]);
  });

  test.for<readonly [string, object]>([
    ['gzip+base64', { encoding: 'gzip+base64', content: base64(gzipSync('text')) }],
    ['base64 over several lines', { encoding: 'base64', content: 'dGV4\ndA==\n' }],
  ])('encoded as %s', ([, content]) => {
    expect(parseGood(writeWith([], file(content))).cluster.controlPlane.bootstrap.files).toMatchObject([{ content: { plain: 'text' } }]);
  });
});

test("a user's password comes out of a Secret, without the line end that a file of it has", () => {
  const { cluster } = parseGood(writeWith([secret('mine', { stringData: { ann: '$6$salt$hash\n' } })], user({ passwdFrom: from('ann') })));
  expect(cluster.machineDeployments[0]?.bootstrap.users).toEqual([{ name: 'ann', lockPassword: false, passwd: { plain: '$6$salt$hash' }, sshAuthorizedKeys: [] }]);
});

describe('refused', () => {
  const mine = secret('mine', { stringData: { k: 'canary' } });
  test.for<readonly [string, readonly ReturnType<typeof secret>[], Setting, RegExp]>([
    ['a Secret that is not there', [], file({ contentFrom: from('k') }), /contentFrom\.secret\.name: Not found: .*there is no Secret of this name/],
    ['a key that is not there', [mine], file({ contentFrom: from('x') }), /contentFrom\.secret\.key: Not found: .*the Secret mine has no such key; use "k"/],
    ['what is not encoded so', [mine], file({ contentFrom: from('k'), encoding: 'gzip' }), /what the Secret mine holds is not encoded as gzip/],
    ['a password in clear', [mine], user({ passwdFrom: from('k') }), /passwdFrom\.secret\.key: .*what the Secret mine holds is not a hashed password/],
    ['two contents', [mine], file({ contentFrom: from('k'), content: 'x' }), /contentFrom: Forbidden: .*there is a content already/],
    ['two passwords', [mine], user({ passwdFrom: from('k'), passwd: '$6$salt$hash' }), /passwdFrom: Forbidden: .*there is a passwd already/],
    ['a source without a key', [mine], file({ contentFrom: { secret: { name: 'mine' } } }), /contentFrom\.secret\.key: Required value/],
    ['what would fill the memory', [], file({ encoding: 'gzip+base64', content: base64(gzipSync(Buffer.alloc(6 * 1024 * 1024))) }), /is not encoded as gzip\+base64/],
  ])('%s', ([, documents, setting, expected]) => {
    const result = parseManifest(writeWith(documents, setting));
    const problems = result.ok ? [] : result.problems.map(describeProblem);
    expect(problems).toContainEqual(expect.stringMatching(expected));
    expect(problems.join('\n')).not.toContain('canary');
  });
});

test('nothing but secrets changes when they are converted', () => {
  const { cluster } = parseGood(readFixture('../../../examples/every-option.yaml'));
  expect(collectSecrets(cluster).length).toBeGreaterThan(6);
  expect(mapSecrets(cluster, (value) => value)).toEqual(cluster);
});
