import { expect, test } from 'vitest';
import { nodeLabels } from '../../../domain/node-labels.ts';
import { desired, machine } from './support/clusters.ts';

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

const cluster = (() => {
  const plain = desired();
  return {
    ...plain,
    controlPlane: { ...plain.controlPlane, machineMetadata: { labels: { 'node.cluster.x-k8s.io/pool': 'cp' }, annotations: {} } },
    machineDeployments: plain.machineDeployments.map((deployment) => ({ ...deployment, machineMetadata: { labels, annotations: {} } })),
  };
})();

test("a Node gets its Machine's template labels by Cluster API's rule", () => {
  expect(nodeLabels(cluster, machine('w-1'))).toEqual(propagated);
  expect(nodeLabels(cluster, machine('cp-1'))).toEqual({ 'node.cluster.x-k8s.io/pool': 'cp' });
});

test('a Machine whose MachineDeployment is gone has no labels of it', () => {
  expect(nodeLabels(cluster, machine('w-1', 'Running', { owner: 'gone' }))).toEqual({});
});
