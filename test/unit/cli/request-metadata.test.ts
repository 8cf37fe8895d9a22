import { expect, test } from 'vitest';
import { currentActor } from '../../../cli/actor.ts';
import { requestMetadata } from '../../../cli/temporal/request-metadata.ts';

const asked = `asked for by ${currentActor()}`;

test.each([
  ['cluster/demo', `demo: Kubernetes cluster, ${asked}`, 'demo'],
  ['cluster/demo/kubeconfig', `demo: kubeconfig, ${asked}`, 'demo'],
  ['cluster/demo/machine/demo-cp-x2f9k/logs', `demo: machine demo-cp-x2f9k logs, ${asked}`, 'demo'],
  ['installation/describe', `installation describe, ${asked}`, undefined],
])('%s', (workflowId, staticSummary, cluster) => {
  const { typedSearchAttributes = [], ...metadata } = requestMetadata(workflowId);
  expect(metadata).toEqual({ staticSummary });
  const attributes = [typedSearchAttributes].flat().flatMap((pair) => ('key' in pair ? [[pair.key.name, pair.value]] : []));
  expect(attributes).toEqual(cluster === undefined ? [] : [['ClusterName', cluster]]);
});
