import { expect, test } from 'vitest';
import { nodeMetadata } from '../../../../domain/node/node-labels.ts';
import { desired, machine } from '../support/clusters.ts';

const labels = {
  'node-role.kubernetes.io/worker': '',
  'node-restriction.kubernetes.io/team': 'a',
  'zone.node-restriction.kubernetes.io/x': 'b',
  'node.cluster.x-k8s.io/pool': 'c',
  'gpu.node.cluster.x-k8s.io/kind': 'd',
  'example.com/team': 'not propagated',
  'xnode-restriction.kubernetes.io/evil': 'not propagated',
  'node-role.kubernetes.io.example.com/x': 'not propagated',
};
const propagated = {
  'node-role.kubernetes.io/worker': '',
  'node-restriction.kubernetes.io/team': 'a',
  'zone.node-restriction.kubernetes.io/x': 'b',
  'node.cluster.x-k8s.io/pool': 'c',
  'gpu.node.cluster.x-k8s.io/kind': 'd',
};

const annotations = { 'node.cluster.x-k8s.io/rack': 'r7', 'x.node.cluster.x-k8s.io/a': 'b', 'example.com/note': 'not propagated' };
const taints = [
  { key: 'example.com/new', effect: 'NoSchedule', propagation: 'OnInitialization' },
  { key: 'example.com/b', value: 'x', effect: 'NoExecute', propagation: 'Always' },
  { key: 'example.com/a', effect: 'NoSchedule', propagation: 'Always' },
] as const;

const cluster = (() => {
  const plain = desired();
  return {
    ...plain,
    controlPlane: { ...plain.controlPlane, machineMetadata: { labels: { 'node.cluster.x-k8s.io/pool': 'cp' }, annotations: {} } },
    machineDeployments: plain.machineDeployments.map((deployment) => ({ ...deployment, machineMetadata: { labels, annotations }, taints })),
  };
})();

test("a Node gets its Machine's template labels and annotations by Cluster API's rules, and says whose it is", () => {
  expect(nodeMetadata(cluster, machine('w-1'))).toEqual({
    labels: propagated,
    annotations: {
      'node.cluster.x-k8s.io/rack': 'r7',
      'x.node.cluster.x-k8s.io/a': 'b',
      'cluster.x-k8s.io/cluster-name': 'demo',
      'cluster.x-k8s.io/cluster-namespace': 'default',
      'cluster.x-k8s.io/machine': 'w-1',
      'cluster.x-k8s.io/owner-kind': 'MachineDeployment',
      'cluster.x-k8s.io/owner-name': 'demo-md-0',
      'cluster.x-k8s.io/labels-from-machine': Object.keys(propagated).toSorted().join(','),
      'cluster.x-k8s.io/annotations-from-machine': 'node.cluster.x-k8s.io/rack,x.node.cluster.x-k8s.io/a',
      'cluster.x-k8s.io/taints-from-machine': 'example.com/a:NoSchedule,example.com/b:NoExecute',
    },
  });
  expect(nodeMetadata(cluster, machine('cp-1'))).toMatchObject({
    labels: { 'node.cluster.x-k8s.io/pool': 'cp' },
    annotations: { 'cluster.x-k8s.io/owner-kind': 'KubeadmControlPlane', 'cluster.x-k8s.io/owner-name': 'demo-control-plane' },
  });
  expect(nodeMetadata(cluster, machine('cp-1')).annotations).not.toHaveProperty('cluster.x-k8s.io/taints-from-machine');
});

test('a Machine whose MachineDeployment is gone has nothing of it', () => {
  const { labels: none, annotations: own } = nodeMetadata(cluster, machine('w-1', 'Running', { owner: 'gone' }));
  expect(none).toEqual({});
  expect(own).toMatchObject({ 'cluster.x-k8s.io/owner-name': 'gone', 'cluster.x-k8s.io/annotations-from-machine': '' });
});
