import { expect, test } from 'vitest';
import { claimValue, listClaims, releaseClaims, type ClaimScope } from '../../../activities/docker/claims.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { temporaryDirectory } from '../store/temporary-directory.ts';

const cluster = { installation: 'installation-1', name: 'demo', uid: 'cluster-1' };
const other = { ...cluster, name: 'other', uid: 'cluster-2' };

async function ports(): Promise<ClaimScope> {
  return { store: await openFileStore(await temporaryDirectory()), kind: 'ports', host: 'local' };
}

test('of many that claim the same value at once, one cluster and name gets it', async () => {
  const scope = await ports();
  const claimants = Array.from({ length: 20 }, (_, index) => ({ cluster: { ...cluster, uid: `cluster-${index}` }, name: 'apiServer', value: '22000' }));
  const won = await Promise.all(claimants.map((claimant) => claimValue(scope, claimant)));
  expect(won.filter(Boolean)).toHaveLength(1);
  const winner = claimants[won.indexOf(true)];
  if (winner === undefined) throw new Error('nobody won');
  expect(await claimValue(scope, winner)).toBe(true);
  expect(await claimValue(scope, { ...winner, name: 'another-name' })).toBe(false);
  expect(await listClaims(scope)).toEqual([{ value: '22000', clusterUid: winner.cluster.uid, cluster: 'demo', name: 'apiServer' }]);
});

test('only the cluster that has a claim gives it back', async () => {
  const scope = await ports();
  await claimValue(scope, { cluster, name: 'a', value: '22000' });
  await claimValue(scope, { cluster, name: 'b', value: '22001' });
  await claimValue(scope, { cluster: other, name: 'a', value: '22002' });
  expect(await releaseClaims(scope, cluster.uid, ({ name }) => name === 'a')).toEqual(['claim port 22000']);
  expect(await releaseClaims(scope, cluster.uid)).toEqual(['claim port 22001']);
  expect((await listClaims(scope)).map(({ value }) => value)).toEqual(['22002']);
});

test('hosts and kinds do not see each other; a subnet keeps its slash', async () => {
  const scope = await ports();
  const subnets = { ...scope, kind: 'subnets' as const };
  await claimValue(subnets, { cluster, name: 'network', value: '172.30.4.0/24' });
  expect(await listClaims(scope)).toEqual([]);
  expect(await listClaims({ ...subnets, host: 'elsewhere' })).toEqual([]);
  expect((await listClaims(subnets)).map(({ value }) => value)).toEqual(['172.30.4.0/24']);
});

test('what is no claim is named and left alone', async () => {
  const scope = await ports();
  await scope.store.put('claims/ports/local/22000', Buffer.from('not JSON'));
  await expect(listClaims(scope)).rejects.toThrow(/claims\/ports\/local\/22000: not a claim/);
});
