import { expect, test } from 'vitest';
import { removePodsOfLostNodes } from '../../../activities/kubernetes/lost-pods.ts';
import type { DrainPod } from '../../../domain/drain/drain-pod.ts';

const pod = (name: string, facts: Partial<DrainPod> = {}): DrainPod => ({ namespace: 'default', name, uid: `uid-${name}`, mirror: false, emptyDir: false, phase: 'Running', ...facts });

test('Pods of Nodes that are gone are deleted at once, some side by side; what has ended, and what a file says, is left', async () => {
  const many = Array.from({ length: 20 }, (_, index) => pod(`web-${index}`));
  const pods: Readonly<Record<string, readonly DrainPod[]>> = {
    'cp-1': [pod('etcd-cp-1', { mirror: true }), pod('dns')],
    'w-1': [...many, pod('done', { phase: 'Succeeded' }), pod('broken', { phase: 'Failed' }), pod('new', { phase: 'Pending' })],
  };
  const [deleted, seen]: [string[], string[]] = [[], []];
  let [running, most] = [0, 0];
  await removePodsOfLostNodes({
    maintenance: {
      listPods: async (_access, node) => pods[node] ?? [],
      deletePod: async (_access, { name }, graceSeconds) => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        deleted.push(`${name} ${graceSeconds}`);
      },
    },
    access: { clusterUid: 'uid', server: 'https://127.0.0.1:1' },
    nodes: ['cp-1', 'w-1', 'w-2'],
    signal: new AbortController().signal,
    onNode: (node) => seen.push(node),
  });
  expect(deleted.toSorted()).toEqual(['dns 0', 'new 0', ...many.map(({ name }) => `${name} 0`)].toSorted());
  expect(seen).toEqual(['cp-1', 'w-1', 'w-2']);
  expect(most).toBe(8);
});
