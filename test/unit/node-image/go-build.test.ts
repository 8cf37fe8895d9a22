import { describe, expect, test } from 'vitest';
import { renderGoMod, stagingModules } from '../../../node-image/setup/go-build.mjs';
import { compareGoVersions } from '../../../node-image/setup/go-toolchain.mjs';
import { namesVersion } from '../../../node-image/setup/part-sources.mjs';
import { machineParts } from '../../../node-image/parts.mjs';
import { releaseOf } from '../../../node-image/versions.mjs';

const wanted = { release: releaseOf('v1.34.4'), arch: 'amd64', probe: 'a', pause: 'b' };
const parts = new Map(machineParts(wanted).map((part) => [part.name, part]));

describe('the module that pins a build', () => {
  test.each([
    ['kubernetes', ['k8s.io/api', 'k8s.io/kubelet']],
    ['flannel', []],
    ['etcd', []],
  ])('%s', async (name, staging) => {
    const part = parts.get(name);
    if (part?.build === undefined) throw new Error(`${name} is not built from modules`);
    await expect(renderGoMod({ part, build: part.build, staging })).toMatchFileSnapshot(
      `../../golden/node-image/${name}.go.mod`,
    );
  });

  test('staging modules are those that a repository replaces by its own folders', () => {
    const replace = [
      { Old: { Path: 'k8s.io/api' }, New: { Path: './staging/src/k8s.io/api' } },
      { Old: { Path: 'example.org/fork' }, New: { Path: 'example.org/other', Version: 'v1.0.0' } },
    ];
    expect(stagingModules(replace)).toEqual(['k8s.io/api']);
  });

  test('Kubernetes is stamped with its version, or kubeadm takes itself for v0.0.0', () => {
    const flags = parts.get('kubernetes')?.build?.linkerFlags.join(' ') ?? '';
    expect(flags).toContain('-X k8s.io/component-base/version.gitVersion=v1.34.4');
    expect(flags).toContain('-X k8s.io/component-base/version.gitMinor=34');
  });
});

describe('versions in answers', () => {
  test.each([
    ['1.25.0', '1.25.0', 0],
    ['1.26', '1.25.9', 1],
    ['1.9.7', '1.25.0', -1],
    ['1.25.10', '1.25.9', 1],
    ['1.25', '1.25.0', 0],
  ])('Go %s against %s', (left, right, sign) => {
    expect(Math.sign(compareGoVersions(left, right))).toBe(sign);
  });

  test.each([
    ['temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)', 'v1.5.1', true],
    ['{"clientVersion":{"gitVersion":"v1.34.4"}}', 'v1.34.4', true],
    ['temporal version 1.5.10', 'v1.5.1', false],
    ['temporal version 11.5.1', 'v1.5.1', false],
    ['v1.34.4-rc.1', 'v1.34.4', false],
    ['v1.34.4+k3s1', 'v1.34.4', false],
    ['temporal version 0.0.0-DEV (Server 1.29.1)', 'v1.5.1', false],
  ])('%s: %s is named: %s', (answer, version, expected) => {
    expect(namesVersion(answer, version)).toBe(expected);
  });
});
