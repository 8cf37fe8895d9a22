import { expect, test } from 'vitest';
import { deliverObjects, sortForCreate } from '../../../activities/kubernetes/deliver-objects.ts';
import { readObjects } from '../../../api/delivered-objects.ts';

const texts = (...kinds: readonly string[]): string => kinds.map((kind) => `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${kind.toLowerCase()}}\n`).join('---\n');
const objectsOf = (...kinds: readonly string[]) => readObjects(texts(...kinds)) ?? [];
const refusal = (code: number) => Object.assign(new Error('HTTP-Code: the canary stands in here'), { code, body: 'canary' });

/** An API that says of each kind what happens; undefined: it is made. */
function apiThat(answers: Readonly<Record<string, Error>>) {
  const calls: string[] = [];
  const answer = (verb: string) => async <T extends { readonly kind?: string }>(object: T): Promise<T> => {
    calls.push(`${verb} ${object.kind}`);
    const error = answers[object.kind ?? ''];
    if (error !== undefined) throw error;
    return object;
  };
  return { calls, api: { create: answer('create'), patch: answer('patch') } };
}

const request = { fieldManager: 'slipway', signal: new AbortController().signal };

test('what others need comes first, all else as it stands', () => {
  const sorted = sortForCreate(objectsOf('Deployment', 'Secret', 'Namespace', 'Service', 'CustomResourceDefinition'));
  expect(sorted.map(({ kind }) => kind)).toEqual(['Namespace', 'CustomResourceDefinition', 'Secret', 'Deployment', 'Service']);
});

test('applied once, what is there stays as it is', async () => {
  const { api, calls } = apiThat({ Service: refusal(409) });
  await deliverObjects({ ...request, api, objects: objectsOf('Service', 'Namespace'), strategy: 'ApplyOnce' });
  expect(calls).toEqual(['create Namespace', 'create Service']);
});

test('reconciled, what is there is changed', async () => {
  const { api, calls } = apiThat({});
  await deliverObjects({ ...request, api, objects: objectsOf('Service'), strategy: 'Reconcile' });
  expect(calls).toEqual(['patch Service']);
});

test('one that fails does not keep the others; the error names it and quotes nothing', async () => {
  const unknown = new Error('Unrecognized API version and kind: v1 Canary');
  const { api, calls } = apiThat({ Namespace: refusal(422), Installation: unknown });
  const delivered = deliverObjects({ ...request, api, objects: objectsOf('Namespace', 'Installation', 'Service'), strategy: 'ApplyOnce' });
  await expect(delivered).rejects.toThrow(
    /^2 objects could not be made: Namespace namespace: the API server answered 422 \(a field is not valid\); Installation installation: the API server does not know this kind \(yet\)$/,
  );
  expect(calls).toHaveLength(3);
});

test.each([
  ['YAML documents', `# first\n---\n${texts('A', 'B')}---\n`, ['A', 'B']],
  ['a JSON list', JSON.stringify(objectsOf('A', 'B')), ['A', 'B']],
  ['nothing', '# nothing\n', []],
])('objects are read from %s', (_what, text, kinds) => {
  expect(readObjects(text)?.map(({ kind }) => kind)).toEqual(kinds);
});

test.each(['a: {', 'just text', 'kind: A\nmetadata: {name: a}', 'apiVersion: v1\nkind: A', `a: &a [x]\n${'b: [*a, *a]\n'.repeat(2)}`])('a text that holds something else is none: %s', (text) => {
  expect(readObjects(text)).toBeUndefined();
});
