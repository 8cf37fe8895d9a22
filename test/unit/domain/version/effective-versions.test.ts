import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DesiredCluster } from '../../../../api/desired-cluster.ts';
import { compareVersions } from '../../../../api/validation/versions.ts';
import { effectiveVersions, type VersionFacts } from '../../../../domain/version/effective-versions.ts';
import type { KnownVersions } from '../../../../domain/version/known-versions.ts';
import { minorsBetween, readVersion } from '../../../../domain/version/minors.ts';
import { newestVersion, oldestVersion } from '../../../../domain/version/oldest-version.ts';
import { desired, machine } from '../support/clusters.ts';

const cluster = (controlPlane: string, ...pools: readonly string[]): DesiredCluster => {
  const base = desired(3, 2);
  const [deployment] = base.machineDeployments;
  if (deployment === undefined) throw new Error('The cluster has a MachineDeployment');
  return {
    ...base,
    controlPlane: { ...base.controlPlane, version: controlPlane },
    machineDeployments: pools.map((version, index) => ({ ...deployment, name: `md-${index}`, version })),
  };
};

/** "1.33.13 1.34.4" */
const list = (names: 'cp' | 'w', versions: string): VersionFacts['machines'] =>
  versions
    .split(' ')
    .filter((version) => version !== '')
    .map((version, index) => machine(`${names}-${index + 1}`, 'Running', { version: `v${version}` }));

const facts = (wanted: DesiredCluster, controlPlanes: string, workers: string, known: KnownVersions = 'any'): VersionFacts => ({
  desired: wanted,
  machines: [...list('cp', controlPlanes), ...list('w', workers)],
  known,
});

const withEtcd = (before: DesiredCluster, image: { readonly imageTag?: string; readonly imageRepository?: string }): DesiredCluster => {
  const { clusterConfiguration } = before.controlPlane;
  return { ...before, controlPlane: { ...before.controlPlane, clusterConfiguration: { ...clusterConfiguration, etcd: { ...clusterConfiguration.etcd, ...image } } } };
};

const withImage = (before: DesiredCluster, customImage: string): DesiredCluster => ({ ...before, controlPlane: { ...before.controlPlane, infrastructure: { extraMounts: [], customImage } } });

describe('what new Machines are made of', () => {
  type Row = readonly [name: string, wanted: DesiredCluster, controlPlanes: string, workers: string, controlPlane: string, pools: readonly string[]];
  test.for<Row>([
    ['of a cluster that is made', cluster('v1.34.4', 'v1.33.13'), '', '', 'v1.34.4', ['v1.33.13']],
    ['of one that stays', cluster('v1.34.4', 'v1.34.4'), '1.34.4 1.34.4', '1.34.4', 'v1.34.4', ['v1.34.4']],
    ['when an upgrade begins', cluster('v1.34.4', 'v1.34.4'), '1.33.13 1.33.13 1.33.13', '1.33.13', 'v1.34.4', ['v1.33.13']],
    ['while one old control plane is left', cluster('v1.34.4', 'v1.34.4'), '1.33.13 1.34.4 1.34.4', '1.33.13', 'v1.34.4', ['v1.33.13']],
    ['when all of them are new', cluster('v1.34.4', 'v1.34.4'), '1.34.4 1.34.4 1.34.4', '1.33.13', 'v1.34.4', ['v1.34.4']],
    ['when workers are to stay behind', cluster('v1.34.4', 'v1.33.9', 'v1.34.4'), '1.33.13 1.34.4', '1.33.9', 'v1.34.4', ['v1.33.9', 'v1.33.13']],
    ['during a patch upgrade', cluster('v1.34.5', 'v1.34.5'), '1.34.4 1.34.5', '1.34.4', 'v1.34.5', ['v1.34.4']],
    ['on the first hop of a chain', cluster('v1.36.1', 'v1.36.1'), '1.33.13 1.33.13', '1.33.13', 'v1.34.0', ['v1.33.13']],
    ['on the second', cluster('v1.36.1', 'v1.36.1'), '1.34.0 1.34.0', '1.33.13', 'v1.35.0', ['v1.34.0']],
    ['between two hops', cluster('v1.36.1', 'v1.36.1'), '1.34.0 1.35.0', '1.33.13', 'v1.35.0', ['v1.34.0']],
    ['on the last', cluster('v1.36.1', 'v1.36.1'), '1.35.0 1.36.1', '1.33.13', 'v1.36.1', ['v1.35.0']],
    ['when workers would be left four behind', cluster('v1.37.0', 'v1.37.0'), '1.36.0 1.36.0', '1.36.0 1.33.13', 'v1.36.0', ['v1.36.0']],
    ['when they have caught up', cluster('v1.37.0', 'v1.37.0'), '1.36.0 1.36.0', '1.36.0 1.34.0', 'v1.37.0', ['v1.36.0']],
    ['when one of them came late and the hop has begun', cluster('v1.37.0', 'v1.37.0'), '1.36.0 1.37.0', '1.33.13', 'v1.37.0', ['v1.36.0']],
    ['when an upgrade is undone half way', cluster('v1.33.13', 'v1.33.13'), '1.33.13 1.34.4', '1.33.13', 'v1.33.13', ['v1.33.13']],
    ['when a patch is undone', cluster('v1.34.4', 'v1.34.4'), '1.34.5 1.34.5', '1.34.5', 'v1.34.4', ['v1.34.4']],
    ['when workers have to go back first', cluster('v1.33.13', 'v1.33.13'), '1.34.4 1.34.4', '1.34.4', 'v1.34.4', ['v1.33.13']],
  ])('%s', ([, wanted, controlPlanes, workers, controlPlane, pools]) => {
    const versions = effectiveVersions(facts(wanted, controlPlanes, workers));
    expect(versions.controlPlane.version).toBe(controlPlane);
    expect([...versions.workers.values()].map(({ version }) => version)).toEqual(pools);
  });

  test('hops are releases that are known', () => {
    const known = ['v1.33.13', 'v1.34.2', 'v1.34.4', 'v1.35.3'];
    expect(effectiveVersions(facts(cluster('v1.35.3', 'v1.35.3'), '1.33.13', '1.33.13', known)).controlPlane).toEqual({
      version: 'v1.34.4',
      reasons: ['one minor version at a time, each for the whole control plane: v1.33.13 → v1.34.4 → v1.35.3'],
      held: false,
    });
  });

  test('says what holds it', () => {
    const { controlPlane, workers } = effectiveVersions(facts(cluster('v1.37.0', 'v1.37.0'), '1.36.0', '1.33.13 1.36.0'));
    expect(controlPlane).toEqual({
      version: 'v1.36.0',
      reasons: ['w-1 is at v1.33.13: with a control plane of v1.37.0 it would be 4 minor versions behind, and 3 is the most'],
      held: true,
    });
    expect(workers.get('md-0')).toEqual({ version: 'v1.36.0', reasons: ['a control plane is at v1.36.0: workers are never newer'], held: true });
    const back = effectiveVersions(facts(cluster('v1.33.13', 'v1.33.13'), '1.34.4', '1.34.4')).controlPlane;
    expect(back.reasons).toEqual(['w-1 is at v1.34.4: workers go back before a control plane to v1.33.13']);
  });

  describe('with an etcd that is too old to meet the next one', () => {
    type EtcdRow = readonly [name: string, wanted: DesiredCluster, controlPlanes: string, etcd: string, answer: string];
    test.for<EtcdRow>([
      ['is a newer 3.5 first', cluster('v1.34.4'), '1.33.13 1.33.13', '3.5.24 3.5.35', 'v1.33.13 olderEtcd'],
      ['is that at the newest patch that there is', cluster('v1.34.4'), '1.33.9 1.33.13', '3.5.24 3.5.24', 'v1.33.13 olderEtcd'],
      ['is the wanted one where nobody has looked', cluster('v1.34.4'), '1.33.13', '-', 'v1.34.4'],
      ['is the wanted one where all can be left', cluster('v1.34.4'), '1.33.13 1.33.13', '3.5.26 3.5.35', 'v1.34.4'],
      ['is the wanted one once a newer one has joined', cluster('v1.34.4'), '1.33.13 1.34.4', '3.5.24 -', 'v1.34.4'],
      ['is no detour where the next minor version still has a 3.5', cluster('v1.34.4'), '1.32.0', '3.5.16', 'v1.33.0'],
      ['is no detour where the manifest stays with it', withEtcd(cluster('v1.34.4'), { imageTag: '3.5.24-0' }), '1.33.13', '3.5.24', 'v1.34.4'],
      ['is a newer 3.5 first where only the tag changes', withEtcd(cluster('v1.33.13'), { imageTag: '3.6.5-0' }), '1.33.13', '3.5.24', 'v1.33.13 olderEtcd'],
      ['is refused where the images of that version have none', cluster('v1.34.4'), '1.34.4', '3.5.24', 'v1.34.4 held refused'],
      ['is refused with images of another repository', withEtcd(cluster('v1.34.4'), { imageRepository: 'registry.example.com' }), '1.33.13', '3.5.24', 'v1.33.13 held refused'],
      ['is refused with an image of ones own', withImage(cluster('v1.34.4'), 'mine:1'), '1.33.13', '3.5.24', 'v1.33.13 held refused'],
    ])('%s', ([, wanted, controlPlanes, etcd, answer]) => {
      const versions = etcd.split(' ');
      const machines = list('cp', controlPlanes).map((each, index) => ({ ...each, ...(versions[index] === '-' ? {} : { etcd: versions[index] }) }));
      const { version, held, refused, olderEtcd } = effectiveVersions({ desired: wanted, machines, known: 'any' }).controlPlane;
      expect([version, ...(held ? ['held'] : []), ...(refused === true ? ['refused'] : []), ...(olderEtcd === true ? ['olderEtcd'] : [])].join(' ')).toBe(answer);
    });

    test('says which, and what to do where it is refused', () => {
      const machines = list('cp', '1.33.13').map((each) => ({ ...each, etcd: '3.5.24' }));
      const reasonsOf = (wanted: DesiredCluster) => effectiveVersions({ desired: wanted, machines, known: 'any' }).controlPlane.reasons.join();
      expect(reasonsOf(cluster('v1.34.4'))).toBe('etcd of cp-1 (3.5.24) is older than 3.5.26, from which 3.6 may bring members back that were removed: control planes of v1.33.13 with a newer 3.5 come first');
      expect(reasonsOf(withImage(cluster('v1.34.4'), 'mine:1'))).toContain('customImage mine:1 is an image of what comes after them: apply etcd.local.imageTag 3.5.26-0 or a later 3.5 with v1.33.13 first');
    });
  });
});

/** A model of any rollout that makes Machines only of what it is told, in any order, until nothing is left to do. */
type World = { readonly controlPlanes: readonly string[]; readonly workers: readonly (readonly string[])[] };

const machinesOf = ({ controlPlanes, workers }: World): VersionFacts['machines'] => [
  ...controlPlanes.map((version, index) => machine(`cp-${index + 1}`, 'Running', { version })),
  ...workers.flatMap((pool, index) => pool.map((version, position) => machine(`w-${index * 10 + position + 1}`, 'Running', { version, owner: `md-${index}` }))),
];

const replace = (versions: readonly string[], version: string): readonly (readonly string[])[] =>
  versions.flatMap((had, index) => (had === version ? [] : [versions.with(index, version)]));

/** Every Machine that might be replaced next, as the world would be then. */
const nextWorlds = (wanted: DesiredCluster, world: World): readonly World[] => {
  const { controlPlane, workers } = effectiveVersions({ desired: wanted, machines: machinesOf(world), known: 'any' });
  return [
    ...replace(world.controlPlanes, controlPlane.version).map((controlPlanes) => ({ ...world, controlPlanes })),
    ...world.workers.flatMap((pool, index) => replace(pool, workers.get(`md-${index}`)?.version ?? '').map((changed) => ({ ...world, workers: world.workers.with(index, changed) }))),
  ];
};

const versionOf = (minor: fc.Arbitrary<number>) => fc.tuple(minor, fc.integer({ min: 0, max: 3 })).map(([m, patch]) => `v1.${m}.${patch}`);

const worker = (behind: number, of: string): string => (behind === 0 ? of : `v1.${readVersion(of).minor - behind}.1`);

const upgrades = fc
  .record({
    from: fc.integer({ min: 30, max: 34 }),
    patch: fc.integer({ min: 0, max: 3 }),
    controlPlanes: fc.constantFrom(1, 3),
    pools: fc.array(fc.record({ behind: fc.integer({ min: 0, max: 3 }), count: fc.integer({ min: 1, max: 3 }), stays: fc.integer({ min: 0, max: 3 }) }), { minLength: 1, maxLength: 3 }),
    to: versionOf(fc.integer({ min: 30, max: 39 })),
    choices: fc.infiniteStream(fc.nat(1000)),
  })
  .map(({ from, patch, controlPlanes, pools, to, choices }) => {
    const start = `v1.${from}.${patch}`;
    const wanted = compareVersions(readVersion(to), readVersion(start)) < 0 ? start : to;
    const had = pools.map(({ behind }) => worker(behind, start));
    // Workers are not asked to go back.
    const asked = pools.map(({ stays }, index) => {
      const later = worker(stays, wanted);
      return compareVersions(readVersion(later), readVersion(had[index] ?? start)) < 0 ? wanted : later;
    });
    return {
      wanted: cluster(wanted, ...asked),
      world: { controlPlanes: Array<string>(controlPlanes).fill(start), workers: pools.map(({ count }, index) => Array<string>(count).fill(had[index] ?? start)) },
      choices,
    };
  });

const expectSound = ({ controlPlanes, workers }: World): void => {
  const [oldest, newest] = [readVersion(oldestVersion(controlPlanes.map(asVersioned)) ?? ''), readVersion(newestVersion(controlPlanes.map(asVersioned)) ?? '')];
  expect(minorsBetween(oldest, newest)).toBeLessThanOrEqual(1);
  for (const version of workers.flat()) {
    expect(compareVersions(readVersion(version), oldest)).toBeLessThanOrEqual(0);
    expect(minorsBetween(readVersion(version), newest)).toBeLessThanOrEqual(3);
  }
};
const asVersioned = (version: string) => ({ version });

test('whatever is replaced first: API servers one minor apart at most, kubelets never newer and three older at most, and it ends', () => {
  fc.assert(
    fc.property(upgrades, ({ wanted, world: start, choices }) => {
      let world: World = start;
      for (let step = 0; step < 400; step += 1) {
        expectSound(world);
        const next = nextWorlds(wanted, world);
        if (next.length === 0) break;
        const [choice = 0] = [choices.next().value];
        world = next[choice % next.length] ?? world;
      }
      expect(new Set(world.controlPlanes)).toEqual(new Set([wanted.controlPlane.version]));
      expect(world.workers.map((pool) => [...new Set(pool)])).toEqual(wanted.machineDeployments.map(({ version }) => [version]));
    }),
    { numRuns: 300 },
  );
});
