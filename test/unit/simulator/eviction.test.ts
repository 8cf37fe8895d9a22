import { describe, expect, test } from 'vitest';
import type { WorkloadObject } from '../../../simulator/protocol.ts';
import { clusterUid as cluster, runningCluster, type Drive } from './support/drive.ts';

const namespace = 'shop';

/** Pods of the tests' own: kube-proxy is everywhere. */
function podsOn(drive: Drive, node: string): readonly string[] {
  return drive.cluster.workloads.pods.filter((pod) => pod.namespace === namespace && pod.node === node).map(({ name }) => name);
}

function deployment(name: string, replicas: number, labels: Readonly<Record<string, string>> = { app: name }): WorkloadObject {
  return { kind: 'Deployment', namespace, name, replicas, labels, emptyDir: false, graceSeconds: 10 };
}

function budget(name: string, limits: { readonly minAvailable?: number; readonly maxUnavailable?: number }, app = 'web'): WorkloadObject {
  return { kind: 'PodDisruptionBudget', namespace, name, selector: { app }, ...limits };
}

function withObjects(...objects: readonly WorkloadObject[]): Drive {
  const drive = runningCluster(1, 2);
  drive.ask('apply', { cluster, objects: [...objects] });
  return drive;
}

function evictFirst(drive: Drive): unknown {
  const pod = drive.cluster.workloads.pods.find((candidate) => candidate.namespace === namespace && candidate.terminatingSince === undefined);
  return drive.ask('evictPod', { cluster, namespace, name: pod?.name ?? 'none' });
}

describe('the eviction API', () => {
  test.each([
    { what: 'no budget', objects: [], status: 201 },
    { what: 'a budget with room', objects: [budget('b', { minAvailable: 2 })], status: 201 },
    { what: 'a budget without', objects: [budget('b', { minAvailable: 3 })], status: 429 },
    { what: 'nothing may be unavailable', objects: [budget('b', { maxUnavailable: 0 })], status: 429 },
    { what: "another app's budget", objects: [budget('b', { maxUnavailable: 0 }, 'other')], status: 201 },
    { what: 'two budgets', objects: [budget('a', { maxUnavailable: 3 }), budget('b', { maxUnavailable: 3 })], status: 500 },
  ])('$what: $status', ({ objects, status }) => {
    const drive = withObjects(deployment('web', 3), ...objects);
    expect(evictFirst(drive)).toMatchObject({ status, ...(status === 429 ? { budget: 'b' } : {}) });
  });

  test('a budget for one away lets the next go only when the replacement runs', () => {
    const drive = withObjects(deployment('web', 3), budget('b', { maxUnavailable: 1 }));
    for (const node of ['w-1', 'w-2']) drive.ask('cordonNode', { cluster, node, unschedulable: true });
    expect(evictFirst(drive)).toMatchObject({ status: 201 });
    expect(evictFirst(drive)).toMatchObject({ status: 429, cause: expect.stringContaining('needs 2 healthy pods and has 2 currently') });
    drive.ask('cordonNode', { cluster, node: 'w-2', unschedulable: false });
    drive.wait(10_000);
    expect(evictFirst(drive)).toMatchObject({ status: 201 });
  });

  test('a pod that is not there: 404', () => {
    expect(withObjects().ask('evictPod', { cluster, namespace, name: 'gone' })).toMatchObject({ status: 404 });
  });
});

test('an evicted pod ends after its grace, and comes back on another Node that takes it', () => {
  const drive = withObjects(deployment('web', 2));
  drive.ask('cordonNode', { cluster, node: 'w-1', unschedulable: true });
  const [pod] = podsOn(drive, 'w-1');
  drive.ask('evictPod', { cluster, namespace, name: pod ?? '' });
  drive.wait(9999);
  expect(podsOn(drive, 'w-1')).toHaveLength(1);
  drive.wait(1);
  expect(podsOn(drive, 'w-1')).toHaveLength(0);
  expect(podsOn(drive, 'w-2')).toHaveLength(2);
});

test('DaemonSets stand on every Node, static Pods on control planes, and neither moves', () => {
  const drive = withObjects({ kind: 'DaemonSet', namespace, name: 'logs', replicas: 0, labels: {}, emptyDir: false, graceSeconds: 1 });
  expect(drive.ask('listPods', { cluster, node: 'w-1' })).toMatchObject([{ namespace: 'kube-system', owner: 'DaemonSet' }, { namespace, owner: 'DaemonSet' }]);
  expect(drive.ask('listPods', { cluster, node: 'cp-1' })).toHaveLength(2 + 4);
  evictFirst(drive);
  drive.wait(2000);
  expect(drive.cluster.nodes.map(({ name }) => podsOn(drive, name).length)).toEqual([1, 1, 1]);
});

test('on an unreachable Node a pod stays ending until the Node is declared out of service', () => {
  const drive = withObjects(deployment('web', 2));
  drive.ask('control/setPower', { cluster, machine: 'w-1', on: false });
  drive.wait(60_000);
  const [pod] = podsOn(drive, 'w-1');
  drive.ask('deletePod', { cluster, namespace, name: pod ?? '', graceSeconds: 1 });
  drive.wait(600_000);
  expect(podsOn(drive, 'w-1')).toHaveLength(1);
  drive.ask('declareOutOfService', { cluster, node: 'w-1' });
  expect(podsOn(drive, 'w-1')).toHaveLength(0);
});
