import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { ConflictError, GeneralError, UsageError } from '../../../../cli/errors.ts';
import { kubeconfigFiles } from '../../../../cli/kubeconfig/files.ts';
import { mergeKubeconfig } from '../../../../cli/kubeconfig/merge.ts';
import { grownKubeconfig, issuedKubeconfig, useScratch } from './support.ts';

const scratch = useScratch();
const golden = (name: string): string => `../../../golden/cli/kubeconfig/${name}.yaml`;
const read = (path: string): string => readFileSync(path, 'utf8');

async function merge(files: readonly string[], facts: { readonly issued?: string; readonly keepContext?: boolean; readonly waitMs?: number } = {}) {
  return mergeKubeconfig({ issued: issuedKubeconfig(), keepContext: false, files, ...facts });
}

function load(path: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(read(path));
  return config;
}

describe('kubeconfigFiles', () => {
  it.each([
    [{ HOME: '/home/ada' }, ['/home/ada/.kube/config']],
    [{ HOME: '/home/ada', KUBECONFIG: '' }, ['/home/ada/.kube/config']],
    [{ HOME: '/home/ada', KUBECONFIG: '/a' }, ['/a']],
    [{ HOME: '/home/ada', KUBECONFIG: ':/a::/b:/a:' }, ['/a', '/b']],
    [{ HOME: '/home/ada', KUBECONFIG: 'relative' }, [join(process.cwd(), 'relative')]],
  ])('%j', (env, files) => {
    expect(kubeconfigFiles(env)).toEqual(files);
  });
});

describe('where new entries go', () => {
  it('makes the one file, its folder and nothing else, for the user alone', async () => {
    const path = scratch.path('new/config');
    expect(await merge([path])).toEqual({ files: [path], context: 'slipway-demo' });
    await expect(read(path)).toMatchFileSnapshot(golden('new'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(scratch.path('new'))).toEqual(['config']);
  });

  it('takes the first file of the list that exists', async () => {
    const [missing, second, third] = [scratch.path('missing'), scratch.write('second', grownKubeconfig), scratch.write('third', '')];
    expect((await merge([missing, second, third])).files).toEqual([second]);
    expect([existsSync(missing), read(third)]).toEqual([false, '']);
  });

  it('makes the last of the list where none exists', async () => {
    const [first, last] = [scratch.path('first'), scratch.path('last')];
    expect((await merge([first, last])).files).toEqual([last]);
    expect(existsSync(first)).toBe(false);
  });

  it('changes an entry in the file that has it, and current-context in the first', async () => {
    const [first, second] = [scratch.write('first', grownKubeconfig), scratch.write('second', issuedKubeconfig())];
    await merge([first, second], { issued: issuedKubeconfig('second') });
    expect(read(first)).toBe(grownKubeconfig.replace('current-context: work', 'current-context: slipway-demo'));
    expect(Buffer.from(load(second).getCurrentUser()?.keyData ?? '', 'base64').toString()).toBe('key second');
  });
});

describe('what is there already', () => {
  it('stays as it is, comments and unknown fields too', async () => {
    const path = scratch.write('config', grownKubeconfig);
    await merge([path]);
    await expect(read(path)).toMatchFileSnapshot(golden('grown'));
    const before = grownKubeconfig.replace('current-context: work\n', '').split('\n');
    const after = read(path).split('\n');
    expect(before.filter((line) => !after.includes(line))).toEqual([]);
    expect(load(path).getContexts().map(({ name }) => name)).toEqual(['work', 'slipway-demo']);
  });

  it('current-context stays where it should', async () => {
    const path = scratch.write('config', grownKubeconfig);
    await merge([path], { keepContext: true });
    expect(load(path).getCurrentContext()).toBe('work');
  });

  it('is replaced where it is an older one of the same name, but for the namespace that somebody chose', async () => {
    const path = scratch.write('config', grownKubeconfig);
    await merge([path]);
    writeFileSync(path, read(path).replace('cluster: slipway-demo\n', 'cluster: slipway-demo\n    namespace: mine\n'));
    await merge([path], { issued: issuedKubeconfig('second') });
    expect(load(path).getContexts()).toHaveLength(2);
    expect(load(path).getContextObject('slipway-demo')?.namespace).toBe('mine');
    expect(Buffer.from(load(path).getCurrentUser()?.certData ?? '', 'base64').toString()).toBe('certificate second');
  });

  it('another user of the same cluster has a context of its own', async () => {
    const path = scratch.path('config');
    await merge([path]);
    await merge([path], { issued: issuedKubeconfig('ada', { user: 'ada' }) });
    expect(load(path).getContexts().map(({ name, user }) => [name, user])).toEqual([['slipway-demo', 'slipway-demo'], ['ada@slipway-demo', 'ada@slipway-demo']]);
    expect(load(path).getClusters()).toHaveLength(1);
  });

  it.each(['apiVersion: v1\nkind: Config\nclusters: null\ncontexts: []\nusers:\n', '{}', '# nothing yet\n{}\n', ''])('may be as good as nothing: %j', async (text) => {
    const path = scratch.write('config', text);
    await merge([path]);
    expect(load(path).getCurrentCluster()?.server).toBe('https://127.0.0.1:36000');
  });

  it('JSON stays JSON', async () => {
    const path = scratch.write('config', '{"apiVersion": "v1", "kind": "Config", "clusters": [], "users": [{"name": "1e3", "user": {"token": "x"}}]}\n');
    await merge([path]);
    expect(JSON.parse(read(path))).toMatchObject({ users: [{ name: '1e3' }, { name: 'slipway-demo' }], 'current-context': 'slipway-demo' });
  });

  it('a symbolic link stays one, and what others could read they cannot any more', async () => {
    const real = scratch.write('real', grownKubeconfig, 0o644);
    symlinkSync(real, scratch.path('link'));
    await merge([scratch.path('link')]);
    expect(lstatSync(scratch.path('link')).isSymbolicLink()).toBe(true);
    expect(statSync(real).mode & 0o777).toBe(0o600);
    expect(load(real).getCurrentContext()).toBe('slipway-demo');
  });
});

describe('a file that cannot be understood is refused and stays as it was', () => {
  it.each([
    ['no YAML', 'users:\n- name: [canary-4711\n', 'line 3'],
    ['a key twice', 'token: canary-4711\ntoken: canary-4711\n', 'DUPLICATE_KEY, line 2'],
    ['two documents', `${grownKubeconfig}---\n${grownKubeconfig}`, 'more than one document'],
    ['a list', '- canary-4711\n', 'no mapping'],
    ['another kind', 'kind: Pod\nmetadata: {name: canary-4711}\n', 'kind is not Config'],
    ['clusters that are no list', 'kind: Config\nclusters: {canary-4711: x}\n', 'clusters are no list'],
  ])('%s', async (_, text, why) => {
    const [good, bad] = [scratch.write('good', grownKubeconfig), scratch.write('bad', text)];
    const error = await merge([good, bad]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GeneralError);
    expect(error).toMatchObject({ message: expect.stringContaining(why), facts: { where: bad } });
    expect(JSON.stringify(error)).not.toContain('canary');
    expect([read(good), read(bad)]).toEqual([grownKubeconfig, text]);
    expect(readdirSync(join(good, '..')).toSorted()).toEqual(['bad', 'good']);
  });

  it('a folder in the place of the file is named', async () => {
    await expect(merge([scratch.path('.')])).rejects.toThrow('cannot be read: EISDIR');
  });
});

describe('locks', () => {
  it('waits for a kubectl that changes the file', async () => {
    const path = scratch.write('config', grownKubeconfig);
    const lock = scratch.write('config.lock', '', 0);
    const merging = merge([path]);
    await delay(150);
    expect(read(path)).toBe(grownKubeconfig);
    rmSync(lock);
    await merging;
    expect(load(path).getCurrentContext()).toBe('slipway-demo');
  });

  it('names one that nobody gives back, and leaves it', async () => {
    const path = scratch.write('config', grownKubeconfig);
    const other = scratch.write('other', grownKubeconfig);
    const lock = scratch.write('other.lock', '', 0);
    const error = await merge([path, other], { waitMs: 100 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ message: expect.stringContaining(`${lock} exists, and is 0s old`), facts: { next: expect.arrayContaining([expect.stringContaining(`rm -f '${lock}'`)]) } });
    expect([read(path), read(other), existsSync(lock), existsSync(`${path}.lock`)]).toEqual([grownKubeconfig, grownKubeconfig, true, false]);
  });

  it('two merges at once lose nothing', async () => {
    const path = scratch.write('config', grownKubeconfig);
    await Promise.all(['ada', 'bob', 'eve'].map((user) => merge([path], { issued: issuedKubeconfig(user, { user }) })));
    expect(load(path).getUsers()).toHaveLength(4);
  });

  it('a folder that cannot be written is named', async () => {
    const file = scratch.write('file', '');
    await expect(merge([join(file, 'config')])).rejects.toThrow(UsageError);
  });
});
