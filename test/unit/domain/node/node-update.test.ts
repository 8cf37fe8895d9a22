import { expect, test } from 'vitest';
import { decideNodeUpdate } from '../../../../domain/node/node-update.ts';

const brought = (labels: string, taints: string) => ({ 'cluster.x-k8s.io/labels-from-machine': labels, 'cluster.x-k8s.io/annotations-from-machine': '', 'cluster.x-k8s.io/taints-from-machine': taints });
const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule', timeAdded: 'then' };
const own = { key: 'example.com/own', value: 'yes', effect: 'NoExecute' } as const;
const node = {
  labels: { 'kubernetes.io/hostname': 'w-1', 'node.cluster.x-k8s.io/pool': 'a', 'node.cluster.x-k8s.io/old': 'x' },
  annotations: { 'example.com/note': 'theirs', ...brought('node.cluster.x-k8s.io/old,node.cluster.x-k8s.io/pool', 'example.com/own:NoExecute') },
  taints: [notReady, own],
};
const same = { labels: { 'node.cluster.x-k8s.io/pool': 'a', 'node.cluster.x-k8s.io/old': 'x' }, annotations: node.annotations, taints: [own] };

test('what is as it should be is not touched', () => {
  expect(decideNodeUpdate(node, same)).toBeUndefined();
});

test('what a Machine brought and is wanted no longer goes; what others wrote stays', () => {
  const wanted = { labels: { 'node.cluster.x-k8s.io/pool': 'b' }, annotations: brought('node.cluster.x-k8s.io/pool', ''), taints: [] };
  expect(decideNodeUpdate(node, wanted)).toEqual({
    labels: { 'node.cluster.x-k8s.io/pool': 'b', 'node.cluster.x-k8s.io/old': null },
    annotations: { 'cluster.x-k8s.io/labels-from-machine': 'node.cluster.x-k8s.io/pool', 'cluster.x-k8s.io/taints-from-machine': '' },
    taints: [notReady],
  });
});

test.each([
  { name: 'another value replaces', wanted: [{ ...own, value: 'no' }], taints: [notReady, { ...own, value: 'no' }] },
  { name: 'another effect is another taint', wanted: [{ ...own, effect: 'NoSchedule' }], taints: [notReady, { ...own, effect: 'NoSchedule' }] },
  { name: 'one more is added', wanted: [own, { key: 'a', effect: 'NoSchedule' }], taints: [notReady, own, { key: 'a', effect: 'NoSchedule' }] },
] as const)('taints: $name', ({ wanted, taints }) => {
  expect(decideNodeUpdate(node, { ...same, taints: wanted })?.taints).toEqual(taints);
});

test('a taint that is on the Node already, by another hand, is taken for the wanted one', () => {
  const untracked = { ...node, annotations: { 'example.com/note': 'theirs' } };
  expect(decideNodeUpdate(untracked, { labels: {}, annotations: {}, taints: [own] })).toBeUndefined();
});

test('taints that nobody asks about stay, and so does what is known of them', () => {
  expect(decideNodeUpdate(node, { labels: same.labels, annotations: brought('node.cluster.x-k8s.io/old,node.cluster.x-k8s.io/pool', 'example.com/own:NoExecute') })).toBeUndefined();
});

test('a manifest that has no taints any more takes away those that it brought', () => {
  const { 'cluster.x-k8s.io/taints-from-machine': _list, ...annotations } = node.annotations;
  expect(decideNodeUpdate(node, { ...same, annotations, taints: [] })).toEqual({ labels: {}, annotations: { 'cluster.x-k8s.io/taints-from-machine': null }, taints: [notReady] });
});
