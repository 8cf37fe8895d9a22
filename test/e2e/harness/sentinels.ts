import { expect } from 'vitest';
import type { Kubectl } from './kubectl.ts';

/** Of several kinds: each has a place of its own in etcd. */
const kinds = [
  ['configmap', 'sentinel', '--from-literal=word=here'],
  ['secret', 'generic', 'sentinel', '--from-literal=word=here'],
  ['namespace', 'sentinel'],
  ['serviceaccount', 'sentinel'],
] as const;

/** What a backup that is taken now has. */
export async function writeSentinels(kubectl: Kubectl): Promise<void> {
  for (const kind of kinds) await kubectl('create', ...kind);
}

/** Writes after the backup: one is made, one is changed, one is deleted. */
export async function writeTooLate(kubectl: Kubectl): Promise<void> {
  await kubectl('create', 'configmap', 'too-late', '--from-literal=word=gone');
  await kubectl('patch', 'configmap', 'sentinel', '--type=merge', '--patch={"data":{"word":"changed"}}');
  await kubectl('delete', 'secret', 'sentinel');
}

/** All is as it was before those writes. */
export async function expectSentinels(kubectl: Kubectl): Promise<void> {
  const found = await kubectl('get', 'configmap,secret,serviceaccount,namespace', '--field-selector=metadata.name=sentinel', '-o', 'name');
  expect(found.trim().split('\n').toSorted()).toEqual(['configmap/sentinel', 'namespace/sentinel', 'secret/sentinel', 'serviceaccount/sentinel']);
  expect(await kubectl('get', 'configmap', 'sentinel', '-o', 'jsonpath={.data.word}')).toBe('here');
  await expect(kubectl('get', 'configmap', 'too-late')).rejects.toThrow(/NotFound/);
}
