import { homedir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { cacheDir, partDir, platformOf, slipwayHome, toolPath } from '../../../node-image/tool-paths.mjs';

describe('where set-up keeps things', () => {
  test.each([
    [cacheDir, 'SLIPWAY_CACHE', `${homedir()}/.cache/slipway`],
    [slipwayHome, 'SLIPWAY_HOME', `${homedir()}/.slipway`],
  ])('%o follows its variable', (folder, variable, fallback) => {
    expect(folder({ [variable]: '/elsewhere' })).toBe('/elsewhere');
    expect(folder({ [variable]: '' })).toBe(fallback);
    expect(folder({})).toBe(fallback);
  });

  test.each([
    ['linux', 'x64', 'linux-amd64'],
    ['darwin', 'arm64', 'darwin-arm64'],
  ])('%s %s is %s in the words of Go', (os, arch, expected) => {
    expect(platformOf(os, arch)).toBe(expected);
  });

  test('each tool lies in its part, its version and its platform', () => {
    const env = { SLIPWAY_CACHE: '/c' };
    const here = platformOf();
    expect(toolPath('temporal', { env })).toBe(`/c/temporal/v1.5.1/${here}/bin/temporal`);
    expect(toolPath('kubectl', { env, kubernetesVersion: 'v1.33.13' })).toBe(`/c/kubectl/v1.33.13/${here}/bin/kubectl`);
    expect(toolPath('kubeadm', { env })).toBe(`/c/kubernetes/v1.34.4/${here}/bin/kubeadm`);
    expect(toolPath('etcdctl', { env, kubernetesVersion: 'v1.34.4' })).toBe(`/c/etcd/v3.6.5/${here}/bin/etcdctl`);
    expect(partDir({ part: 'coredns', version: 'v1', platform: 'linux-arm64', env })).toBe('/c/coredns/v1/linux-arm64');
  });
});
