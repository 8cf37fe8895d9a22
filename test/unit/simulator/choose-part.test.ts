import { expect, test } from 'vitest';
import { choosePart } from '../../../activities/choose-part.ts';

type Seam = { readonly ask: (first: unknown, second?: string) => Promise<string> };

function part(name: string): Seam {
  return { ask: async (_first, second = '') => `${name} ${second}` };
}

function choose(isSimulated: (uid: string) => Promise<boolean>): Seam {
  return choosePart<Seam>({ real: part('real'), simulated: part('simulated'), isSimulated });
}

const identity = { installation: 'i', name: 'demo', uid: 'sim' };

test.each([
  ['the cluster itself', identity],
  ['a scope', { cluster: identity, allocation: {} }],
  ['an SshTarget or ApiAccess', { clusterUid: 'sim', server: 'https://127.0.0.1:1' }],
  ['a specification before there is a cluster', { version: 'v1.34.4', inMemory: {} }],
])('%s says which part is asked', async (_what, argument) => {
  const seam = choose(async (uid) => uid === 'sim');
  expect(await seam.ask(argument, 'too')).toBe('simulated too');
  const real: unknown = JSON.parse(JSON.stringify(argument).replace('"sim"', '"other"').replace('inMemory', 'extraMounts'));
  expect(await seam.ask(real)).toBe('real ');
});

test('a cluster that nobody knows is an error, not a real one', async () => {
  const seam = choose(async (uid) => {
    throw new Error(`no record of ${uid}`);
  });
  await expect(seam.ask({ clusterUid: 'x' })).rejects.toThrow('no record of x');
});
