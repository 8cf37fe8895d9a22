import { describe, expect, test } from 'vitest';
import { annotateMachine, decideAnnotate, isToGoFirst, type AnnotationChange } from '../../../domain/machine-annotations.ts';
import { clusterWith, machine } from './support/clusters.ts';

const mark = 'cluster.x-k8s.io/delete-machine';
const plain = clusterWith([machine('cp-1', 'Running'), machine('w-1', 'Running')]);
const marked = clusterWith([machine('cp-1', 'Running'), machine('w-1', 'Running', { annotations: { [mark]: 'yes' } })]);
const change = (facts: Partial<AnnotationChange>): AnnotationChange => ({ machine: 'w-1', set: {}, remove: [], ...facts });
const ofWorker = (state: typeof plain) => state.machines.find(({ name }) => name === 'w-1');

describe('annotations of a Machine', () => {
  test.each([
    ['one that is new', plain, change({ set: { [mark]: 'yes' } }), 'annotate'],
    ['one without a value counts', plain, change({ set: { [mark]: '' } }), 'annotate'],
    ['the same again', marked, change({ set: { [mark]: 'yes' } }), 'unchanged'],
    ['another value', marked, change({ set: { [mark]: 'soon' } }), 'annotate'],
    ['taken off', marked, change({ remove: [mark] }), 'annotate'],
    ['taken off where there is none', plain, change({ remove: [mark] }), 'unchanged'],
  ] as const)('%s', (_name, state, wanted, action) => {
    expect(decideAnnotate(state, wanted).action).toBe(action);
  });

  test.each([
    ['of no Machine', change({ machine: 'w-9', set: { [mark]: '' } }), 'NotFound', /no Machine w-9/],
    ['that nothing heeds', change({ set: { 'example.com/x': 'yes' } }), 'Invalid', /"example.com\/x" is not known; known are: cluster.x-k8s.io\/delete-machine/],
    ['that nothing heeds, taken off', change({ remove: ['example.com/x'] }), 'Invalid', /not known/],
    ['set and taken off', change({ set: { [mark]: '' }, remove: [mark] }), 'Invalid', /at once/],
    ['of several lines', change({ set: { [mark]: 'a\nb' } }), 'Invalid', /one line of at most 256/],
    ['as long as a novel', change({ set: { [mark]: 'x'.repeat(257) } }), 'Invalid', /one line of at most 256/],
  ] as const)('refused: one %s', (_name, wanted, refusal, reason) => {
    const decision = decideAnnotate(plain, wanted);
    expect(decision).toMatchObject({ action: 'refuse', refusal });
    expect(decision.reasons.join()).toMatch(reason);
  });

  test('are written, and leave nothing behind where the last is taken off', () => {
    const written = annotateMachine(plain, change({ set: { [mark]: 'yes' } }));
    expect(ofWorker(written)).toEqual(ofWorker(marked));
    expect(written.machines.map(isToGoFirst)).toEqual([false, true]);
    const off = annotateMachine(written, change({ remove: [mark] }));
    expect(off.machines).toEqual(plain.machines);
    expect(off.version).toBe(plain.version + 2);
  });
});
