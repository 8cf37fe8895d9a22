import type { V1DaemonSet, V1Deployment, V1Node, V1Pod } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { daemonSetRollout, deploymentRollout } from '../../../activities/kubernetes/addon-rollouts.ts';
import { waitForAddons } from '../../../activities/kubernetes/wait-for-addons.ts';
import { addonsToCome, type AddonRollout } from '../../../domain/addon-rollout.ts';

const generation = 'deprecated.daemonset.template.generation';

/** Of the third template; its controller has seen it unless `observed` says otherwise. */
function kubeProxy(desired: number, observed = 3): V1DaemonSet {
  return {
    metadata: { name: 'kube-proxy', generation: 3, annotations: { [generation]: '3' } },
    status: { observedGeneration: observed, desiredNumberScheduled: desired, currentNumberScheduled: desired, numberMisscheduled: 0, numberReady: 0 },
  };
}

const node = (name: string, ready = true): V1Node => ({ metadata: { name }, status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'Unknown' }] } });

/** "n1:3" of the third template, "n1:3!" that is not Ready yet, "n1:2-" that is on its way out. */
function pod(text: string): V1Pod {
  const [, nodeName = '', template = '', mark] = /^(\w+):(\d)([!-])?$/.exec(text) ?? [];
  const metadata = { labels: { 'pod-template-generation': template }, ...(mark === '-' ? { deletionTimestamp: new Date(0) } : {}) };
  return { metadata, spec: { nodeName, containers: [] }, status: { conditions: [{ type: 'Ready', status: mark === '!' ? 'False' : 'True' }] } };
}

describe('kube-proxy', () => {
  test.each<readonly [name: string, pods: string, observed: number, counts: Pick<AddonRollout, 'wanted' | 'updated' | 'available'>]>([
    ['has not begun: its controller has not seen the template', 'n1:2 n2:2 n3:2', 2, { wanted: 3, updated: 0, available: 0 }],
    ['has not begun', 'n1:2 n2:2 n3:2', 3, { wanted: 3, updated: 0, available: 0 }],
    ['has one that starts', 'n1:3! n2:2 n3:2', 3, { wanted: 3, updated: 1, available: 0 }],
    ['has one that ends', 'n1:3 n2:2- n3:2', 3, { wanted: 3, updated: 1, available: 1 }],
    ['has a Node without any for a moment', 'n1:3 n3:2', 3, { wanted: 3, updated: 1, available: 1 }],
    ['is there', 'n1:3 n2:3 n3:3', 3, { wanted: 3, updated: 3, available: 3 }],
  ])('%s', (_name, pods, observed, counts) => {
    const nodes = ['n1', 'n2', 'n3'].map((name) => node(name));
    expect(daemonSetRollout(kubeProxy(3, observed), { pods: pods.split(' ').map(pod), nodes })).toMatchObject({ name: 'kube-proxy', ...counts });
  });

  test('is waited for on Nodes that are Ready, and on those that get one', () => {
    const nodes = [node('n1'), node('n2', false), node('windows')];
    expect(daemonSetRollout(kubeProxy(2), { pods: [pod('n1:3'), pod('n2:2')], nodes })).toMatchObject({ wanted: 1, updated: 1, available: 1 });
  });
});

describe('CoreDNS', () => {
  type Status = V1Deployment['status'];
  test.each<readonly [name: string, status: Status, toCome: readonly string[]]>([
    ['has not begun', { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }, ['coredns 0/2 updated']],
    ['has one of two', { observedGeneration: 2, replicas: 3, updatedReplicas: 1, availableReplicas: 3 }, ['coredns 1/2 updated']],
    ['has an old one left', { observedGeneration: 2, replicas: 3, updatedReplicas: 2, availableReplicas: 2 }, ['coredns: 1 old Pod to end']],
    ['has one that starts', { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 1 }, ['coredns 1/2 available']],
    ['is there', { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }, []],
  ])('%s', (_name, status, toCome) => {
    const deployment: V1Deployment = { metadata: { name: 'coredns', generation: 2 }, spec: { replicas: 2, selector: {}, template: {} }, ...(status === undefined ? {} : { status }) };
    expect(addonsToCome([deploymentRollout(deployment)])).toEqual(toCome);
  });
});

const rollout = (updated: number): AddonRollout => ({ name: 'kube-proxy', wanted: 3, updated, available: updated, old: 0 });
const wait = async (seen: readonly (readonly AddonRollout[])[], patienceMs: number) => {
  let count = 0;
  const said: string[] = [];
  const workload = { listAddonRollouts: async () => seen[Math.min(count++, seen.length - 1)] ?? [] };
  const access = { clusterUid: 'uid', server: '' };
  await waitForAddons({ workload, cluster: 'demo', access, signal: AbortSignal.timeout(10_000), onProgress: (what) => said.push(what), patienceMs });
  return said;
};

describe('the wait for both', () => {
  test('says what is still to come, and ends with it', async () => {
    expect(await wait([[rollout(0)], [rollout(1)], [rollout(2)], [rollout(3)]], 100)).toEqual(['kube-proxy 0/3 updated', 'kube-proxy 1/3 updated', 'kube-proxy 2/3 updated']);
    expect(await wait([[]], 100)).toEqual([]);
  });

  test('gives up where nothing moves any more, and says what to do', async () => {
    await expect(wait([[rollout(0)], [rollout(2)]], 50)).rejects.toMatchObject({
      name: 'AddonsNotReadyError',
      message: expect.stringMatching(/cluster demo .* kube-proxy 2\/3 updated, unchanged for .*kubectl .* Then retry, or skip/s),
    });
  });
});
