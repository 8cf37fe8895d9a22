import { describe, expect, test } from 'vitest';
import { etcdMinorOf, etcdOf, etcdUpgradeSafe, membersTooOld } from '../../../../domain/version/etcd-upgrade.ts';
import { releaseOf, supportedMinors } from '../../../../node-image/versions.mjs';

const members = (...versions: readonly (string | undefined)[]) =>
  versions.map((version, index) => ({ id: `id-${index + 1}`, name: `cp-${index + 1}`, ...(version === undefined ? {} : { version }) }));

describe('EtcdUpgradeSafe', () => {
  type Row = readonly [kubernetes: string, imageTag: string | undefined, versions: readonly (string | undefined)[], status: string];
  test.for<Row>([
    ['v1.34.4', undefined, ['3.5.26', '3.5.26', '3.5.26'], 'True'],
    ['v1.34.4', undefined, ['3.5.35', '3.6.5'], 'True'],
    ['v1.34.4', undefined, ['3.5.25', '3.5.35', '3.5.35'], 'False'],
    ['v1.34.4', undefined, ['3.5.9'], 'False'],
    ['v1.34.4', undefined, ['3.4.30'], 'False'],
    ['v1.34.4', undefined, ['unknown'], 'False'],
    ['v1.34.4', undefined, ['3.5.35', undefined], 'Unknown'],
    ['v1.34.4', undefined, ['3.5.24', undefined], 'False'],
    ['v1.34.4', undefined, [], 'True'],
    ['v1.36.0', undefined, ['3.5.24'], 'False'],
    ['v1.33.13', undefined, ['3.5.24', undefined], 'True'],
    ['v1.34.4', '3.5.24-0', ['3.5.24'], 'True'],
    ['v1.33.13', '3.6.5-0', ['3.5.24'], 'False'],
    ['v1.34.4', 'mine', ['3.5.35'], 'Unknown'],
    ['v1.12.0', undefined, ['3.5.35'], 'Unknown'],
  ])('Kubernetes %s with tag %s beside %j: %s', ([version, imageTag, versions, status]) => {
    expect(etcdUpgradeSafe(members(...versions), { version, imageTag })).toMatchObject({ type: 'EtcdUpgradeSafe', status });
  });

  test('names the members and what is done', () => {
    const [named] = members('3.5.24');
    const unnamed = { id: '8e9e05c52164694d', name: '', version: '3.5.20' };
    if (named === undefined) throw new Error('There is one');
    expect(etcdUpgradeSafe([named, unnamed], { version: 'v1.34.4' }).message).toBe(
      'etcd of cp-1 (3.5.24), member 8e9e05c52164694d (3.5.20) is older than 3.5.26: with 3.6 members that were removed could come back; these are replaced by a newer 3.5 first',
    );
    expect(etcdUpgradeSafe([{ id: 'id', name: 'cp-1' }], { version: 'v1.34.4' }).message).toBe('the etcd version of cp-1 is not known: none of 3.6 joins before');
    expect(membersTooOld([named, { id: 'x', name: 'cp-2', version: '3.5.26' }])).toEqual([named]);
  });

  test.for<readonly [kubernetes: string, imageTag: string | undefined, etcd: string | undefined]>([
    ['v1.33.13', undefined, '3.5.26'],
    ['v1.34.4', undefined, '3.6.0'],
    ['v1.34.4', '3.5.24-0', '3.5.24'],
    ['v1.12.0', undefined, undefined],
  ])('of Kubernetes %s with tag %s a Machine has at least %s', ([version, imageTag, etcd]) => {
    expect(etcdOf({ version, imageTag })).toBe(etcd);
  });

  test('the table agrees with what machines have', () => {
    const releases = supportedMinors().map((minor) => releaseOf(`${minor}.0`));
    expect(releases.map(({ kubernetes }) => `3.${etcdMinorOf({ version: kubernetes })}`)).toEqual(releases.map(({ etcd }) => etcd.slice(1, 4)));
  });
});
