import { describe, expect, test } from 'vitest';
import { imageConfig, imageRecipes } from '../../../node-image/image-recipes.mjs';
import { hostParts, machineParts } from '../../../node-image/parts.mjs';
import { knownReleases, releaseOf, supportedMinors, versions } from '../../../node-image/versions.mjs';

// What `kubeadm config images list --kubernetes-version <version>` prints, apart from etcd's tag below 1.34.
const kubeadmImages: Record<string, readonly string[]> = {
  'v1.34.4': [
    'registry.k8s.io/kube-apiserver:v1.34.4',
    'registry.k8s.io/kube-controller-manager:v1.34.4',
    'registry.k8s.io/kube-scheduler:v1.34.4',
    'registry.k8s.io/kube-proxy:v1.34.4',
    'registry.k8s.io/coredns/coredns:v1.12.1',
    'registry.k8s.io/pause:3.10.1',
    'registry.k8s.io/etcd:3.6.5-0',
  ],
  'v1.33.13': [
    'registry.k8s.io/kube-apiserver:v1.33.13',
    'registry.k8s.io/kube-controller-manager:v1.33.13',
    'registry.k8s.io/kube-scheduler:v1.33.13',
    'registry.k8s.io/kube-proxy:v1.33.13',
    'registry.k8s.io/coredns/coredns:v1.12.0',
    'registry.k8s.io/pause:3.10',
    'registry.k8s.io/etcd:3.5.35-0',
  ],
};

const own = { probe: 'a', pause: 'b' };
const render = () => imageRecipes(releaseOf()).map((image) => imageConfig(image, 'arm64'));
const safeToLeave = /^v3\.(6\.\d+|5\.(2[6-9]|[3-9]\d))$/;
const allParts = [
  ...machineParts({ release: releaseOf(), arch: 'arm64', ...own }),
  ...hostParts({ release: releaseOf(), platform: 'darwin-arm64' }),
];

describe('versions', () => {
  test('the pinned version has companions', () => {
    expect(releaseOf().kubernetes).toBe(versions.kubernetes);
  });

  test('each minor version has one release that is known, and the pinned one is the newest', () => {
    expect(knownReleases().map((release) => release.replace(/\.\d+$/, '')).toReversed()).toEqual(supportedMinors());
    expect(knownReleases().at(-1)).toBe(versions.kubernetes);
    expect(knownReleases()).toEqual(Object.keys(kubeadmImages).toReversed());
  });

  test.each(Object.entries(kubeadmImages))('%s carries every image that kubeadm asks for', (version, names) => {
    const carried = imageRecipes(releaseOf(version)).map(({ name }) => name);
    expect(carried).toEqual(expect.arrayContaining([...names]));
    expect(new Set(carried).size).toBe(carried.length);
  });

  test('below 1.34 etcd is one that can be left for 3.6 without bringing removed members back', () => {
    const releases = supportedMinors().map((minor) => releaseOf(`${minor}.0`));
    expect(releases.filter(({ etcd }) => !safeToLeave.test(etcd))).toEqual([]);
    for (const { etcd, etcdImageTag, etcdImageTagIsDefault } of releases) {
      expect(etcdImageTagIsDefault).toBe(etcd.startsWith('v3.6.'));
      expect(etcdImageTag).toBe(`${etcd.slice(1)}-0`);
    }
  });

  test.each(['1.34.4', 'v1.34', 'v1.34.4-rc.0', 'v2.0.0', '', 'v1.34.4\n'])('%j is refused as a version', (text) => {
    expect(() => releaseOf(text)).toThrow(/must be a full release such as v1\.34\.4/);
  });

  test('a minor without pinned companions is refused by name, with those that have some', () => {
    expect(() => releaseOf('v1.20.0')).toThrow(/no etcd, CoreDNS and pause .* are pinned for v1\.20.*v1\.34, v1\.33/);
  });
});

describe('parts', () => {
  test.each(['v1.34.4', 'v1.33.13'])('%s: each program of each image comes from a part', (version) => {
    const release = releaseOf(version);
    const parts = new Map(machineParts({ release, arch: 'amd64', ...own }).map((part) => [part.name, part]));
    for (const { part, binary } of imageRecipes(release).flatMap(({ files }) => Object.values(files))) {
      expect(parts.get(part)?.programs).toContain(binary);
    }
  });

  test('each part can be had without any download site: from a module or from this repository', () => {
    for (const { name, programs, build, source } of allParts) {
      expect(build === undefined ? [source] : Object.keys(build.packages)).toEqual(
        build === undefined ? [name] : [...programs],
      );
    }
  });

  test('each released file has a checksum beside it, and the files together hold all programs', () => {
    for (const { released, programs } of allParts.filter((part) => part.released.length > 0)) {
      expect(released.flatMap((file) => Object.keys(file.programs))).toEqual([...programs]);
      expect(released.map(({ url }) => new URL(url).protocol)).toEqual(released.map(() => 'https:'));
      expect(released.map(({ checksumUrl }) => new URL(checksumUrl).origin)).toEqual(
        released.map(({ url }) => new URL(url).origin),
      );
    }
  });

  test('release addresses name version, system and processor', () => {
    const [temporal, kubectl] = hostParts({ release: releaseOf('v1.33.13'), platform: 'darwin-arm64' });
    expect(kubectl?.released[0]?.url).toBe('https://dl.k8s.io/release/v1.33.13/bin/darwin/arm64/kubectl');
    expect(temporal?.released[0]?.url).toMatch(/\/v1\.5\.1\/temporal_cli_1\.5\.1_darwin_arm64\.tar\.gz$/);
  });
});

describe('image configuration', () => {
  test('is the same for equal inputs and leaves the digest to the layer', () => {
    for (const config of render()) {
      expect(config.architecture).toBe('arm64');
      expect(config.rootfs.diff_ids).toEqual(['@DIFF_ID@']);
    }
    expect(render().map(({ config }) => config.Entrypoint)).toContainEqual(['/coredns']);
    expect(JSON.stringify(render())).toBe(JSON.stringify(render()));
  });
});
