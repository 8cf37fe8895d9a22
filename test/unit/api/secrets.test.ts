import { describe, expect, test } from 'vitest';
import { collectSecrets, mapSecrets, mapSecretsAsync } from '../../../api/secrets.ts';
import { FULL } from './support/edit-manifest.ts';
import { parseGood } from './support/parse-good.ts';

const { cluster } = parseGood(FULL);
const SECRETS: readonly (readonly [path: string, plain: string])[] = [
  ['controlPlane.bootstrap.files[0].content', 'plain text'],
  ['controlPlane.bootstrap.files[1].content', 'encoded text'],
  ['controlPlane.bootstrap.users[0].passwd', '$6$salt$hash'],
  ['controlPlane.bootstrap.preKubeadmCommands[0]', 'echo before'],
  ['controlPlane.bootstrap.postKubeadmCommands[0]', 'echo after'],
  ['machineDeployments[full-md].bootstrap.files[0].content', 'line one\nline two\n'],
];

describe('the secrets of a cluster', () => {
  test('are found with their places', () => {
    expect(collectSecrets(cluster)).toEqual(SECRETS.map(([path, plain]) => ({ path, value: { plain } })));
  });

  test('are all that parsing leaves in clear text', () => {
    const json = JSON.stringify(mapSecrets(cluster, () => ({ ref: 'r' })));
    expect(json).not.toContain('"plain"');
    for (const [, plain] of SECRETS) expect(json).not.toContain(JSON.stringify(plain).slice(1, -1));
  });

  test('are converted in a copy, each with its place', () => {
    const before = structuredClone(cluster);
    const converted = mapSecrets(cluster, (_value, path) => ({ ref: path }));
    expect(collectSecrets(converted)).toEqual(SECRETS.map(([path]) => ({ path, value: { ref: path } })));
    expect(cluster).toEqual(before);
    expect(
      mapSecrets(converted, (_value, path) => ({ plain: SECRETS.find(([known]) => known === path)?.[1] ?? '' })),
    ).toEqual(cluster);
  });

  test('are converted one after the other when it takes time', async () => {
    let running = 0;
    const converted = await mapSecretsAsync(cluster, async (value, path) => {
      running += 1;
      expect(running).toBe(1);
      await Promise.resolve();
      running -= 1;
      return 'plain' in value ? { sealed: `${path}=${value.plain}` } : value;
    });
    expect(converted).toEqual(
      mapSecrets(cluster, (value, path) => ('plain' in value ? { sealed: `${path}=${value.plain}` } : value)),
    );
  });

  test('a failure of one is a failure of all', async () => {
    await expect(mapSecretsAsync(cluster, () => Promise.reject(new Error('store is read-only')))).rejects.toThrow(
      'store is read-only',
    );
  });
});
