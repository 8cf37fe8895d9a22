import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConflictError } from '../../../../cli/errors.ts';
import { mergeKubeconfig } from '../../../../cli/kubeconfig/merge.ts';
import { removeClusterEntries } from '../../../../cli/kubeconfig/remove.ts';
import { grownKubeconfig, issuedKubeconfig, useScratch } from './support.ts';

const scratch = useScratch();
const demo = { name: 'demo', uid: 'uid-demo', server: 'https://127.0.0.1:36000' };
const read = (path: string): string => readFileSync(path, 'utf8');

async function merged(name = 'config', issued = issuedKubeconfig(), keepContext = false): Promise<string> {
  const path = scratch.write(name, grownKubeconfig);
  await mergeKubeconfig({ issued, files: [path], keepContext });
  return path;
}

describe('removeClusterEntries', () => {
  it('leaves the file as it was before the merge', async () => {
    const path = await merged();
    await expect(removeClusterEntries(demo, [path])).resolves.toEqual({ kind: 'removed', files: [path], wasCurrent: true });
    expect(read(path)).toBe(grownKubeconfig.replace('current-context: work', 'current-context: ""'));
  });

  it('keeps a current-context that is another', async () => {
    const path = await merged('config', issuedKubeconfig(), true);
    await expect(removeClusterEntries(demo, [path])).resolves.toMatchObject({ kind: 'removed', wasCurrent: false });
    expect(read(path)).toBe(grownKubeconfig);
  });

  it('takes out all users of the cluster, from every file of the list', async () => {
    const [first, second] = [await merged('first'), await merged('second', issuedKubeconfig('ada', { user: 'ada' }))];
    await expect(removeClusterEntries(demo, [first, second, scratch.path('missing')])).resolves.toMatchObject({ files: [first, second] });
    for (const path of [first, second]) expect(read(path)).not.toContain('slipway-demo');
  });

  it('keeps a user that another context has come to use', async () => {
    const path = await merged();
    writeFileSync(path, read(path).replace('user: work # the usual one', 'user: slipway-demo'));
    await removeClusterEntries(demo, [path]);
    expect(read(path)).toContain('name: slipway-demo');
    expect(read(path)).not.toContain('cluster: slipway-demo');
  });

  it.each([
    ['another UID at the same server', issuedKubeconfig('x', { uid: 'uid-other' })],
    ['made by hand, for another server', issuedKubeconfig('x', { server: 'https://elsewhere:6443' }).replace(/ +extensions:\n(.*\n){5}/, '')],
  ])('keeps the entries of another cluster: %s', async (_, issued) => {
    const path = await merged('config', issued);
    const before = read(path);
    await expect(removeClusterEntries(demo, [path])).resolves.toEqual({ kind: 'another', file: path });
    expect(read(path)).toBe(before);
  });

  it('knows one that was made by hand by its server', async () => {
    const issued = issuedKubeconfig().replace(/ +extensions:\n(.*\n){5}/, '');
    expect(issued).not.toContain('uid-demo');
    const path = await merged('config', issued);
    await expect(removeClusterEntries(demo, [path])).resolves.toMatchObject({ kind: 'removed' });
  });

  it('touches and locks nothing where there is nothing', async () => {
    const path = scratch.write('config', grownKubeconfig);
    scratch.write('config.lock', '', 0);
    await expect(removeClusterEntries(demo, [path, scratch.path('missing')])).resolves.toEqual({ kind: 'none' });
    expect(readdirSync(join(path, '..')).toSorted()).toEqual(['config', 'config.lock']);
  });

  it('says where a lock is in the way', async () => {
    const path = await merged();
    scratch.write('config.lock', '', 0);
    await expect(removeClusterEntries(demo, [path], 50)).rejects.toThrow(ConflictError);
  });
});
