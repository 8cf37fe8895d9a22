import { describe, expect, test } from 'vitest';
import { decideDrain, decidePod, type PodDecision } from '../../../../domain/drain/decide-drain.ts';
import type { DrainPod, EvictionAnswer } from '../../../../domain/drain/drain-pod.ts';

const web: DrainPod = { namespace: 'shop', name: 'web-1', uid: 'uid-web-1', controller: { kind: 'ReplicaSet', name: 'web' }, mirror: false, emptyDir: false, phase: 'Running' };
const pod = (facts: Partial<DrainPod>): DrainPod => ({ ...web, ...facts });
const { controller: _controller, ...bare } = web;
const numbered = (index: number): DrainPod => pod({ name: `web-${index}`, uid: `uid-web-${index}` });

describe('what becomes of a Pod', () => {
  type Row = readonly [string, DrainPod, { readonly reachable: PodDecision['action']; readonly unreachable: PodDecision['action'] }];
  const rows: readonly Row[] = [
    ["a ReplicaSet's", web, { reachable: 'evict', unreachable: 'delete' }],
    ["a DaemonSet's", pod({ controller: { kind: 'DaemonSet', name: 'kube-proxy' } }), { reachable: 'leave', unreachable: 'leave' }],
    ['a static one', pod({ mirror: true, controller: { kind: 'Node', name: 'w-1' } }), { reachable: 'leave', unreachable: 'leave' }],
    ['one with emptyDir', pod({ emptyDir: true }), { reachable: 'evict', unreachable: 'delete' }],
    ['one of nobody', bare, { reachable: 'evict', unreachable: 'delete' }],
    ['one that waits to start', pod({ phase: 'Pending' }), { reachable: 'evict', unreachable: 'delete' }],
    ['one that nobody knows anything of', pod({ phase: 'Unknown' }), { reachable: 'evict', unreachable: 'delete' }],
    ['one that has ended', pod({ phase: 'Succeeded' }), { reachable: 'leave', unreachable: 'leave' }],
    ['one that has failed', pod({ phase: 'Failed' }), { reachable: 'leave', unreachable: 'leave' }],
    ['one that is being deleted', pod({ deletingSince: 1000 }), { reachable: 'wait', unreachable: 'leave' }],
  ];
  test.each(rows)('%s', (_name, subject, { reachable, unreachable }) => {
    expect(decidePod(subject, { reachable: true }).action).toBe(reachable);
    expect(decidePod(subject, { reachable: false }).action).toBe(unreachable);
  });

  test('what is lost with it is named', () => {
    expect(decidePod({ ...bare, emptyDir: true }, { reachable: true }).reasons).toEqual(['no controller makes it again', 'its emptyDir data ends with it']);
    expect(decidePod(web, { reachable: true }).reasons).toEqual([]);
  });
});

function round(pods: readonly DrainPod[], facts: { readonly answers?: Readonly<Record<string, EvictionAnswer>>; readonly elapsedMs?: number; readonly timeoutMs?: number } = {}) {
  const { answers = {}, elapsedMs = 0, ...limit } = facts;
  return decideDrain({ decisions: pods.map((subject) => decidePod(subject, { reachable: true })), answers: new Map(Object.entries(answers)), elapsedMs, ...limit });
}

const refused: EvictionAnswer = { kind: 'refused', budgets: ['web'], message: "Cannot evict pod as it would violate the pod's disruption budget." };

describe('whether the Node is drained', () => {
  test('nothing is on it but what stays', () => {
    expect(round([pod({ controller: { kind: 'DaemonSet', name: 'kube-proxy' } }), pod({ phase: 'Succeeded' })])).toMatchObject({ action: 'done' });
    expect(round([])).toEqual({ action: 'done', reasons: [] });
  });

  type Row = readonly [string, Parameters<typeof round>, object];
  const rows: readonly Row[] = [
    ['a Pod that is ending is waited for', [[pod({ deletingSince: 1000 })]], { action: 'again', waitingFor: 'Pod shop/web-1 to end' }],
    ['one that was just evicted, too', [[web], { answers: { 'uid-web-1': { kind: 'accepted' } } }], { action: 'again', waitingFor: 'Pod shop/web-1 to end' }],
    ['a budget is named', [[web], { answers: { 'uid-web-1': refused } }], { action: 'again', waitingFor: 'Pod shop/web-1: PodDisruptionBudget web allows no disruption now' }],
    ['what else went wrong is said', [[web], { answers: { 'uid-web-1': { kind: 'failed', message: '409: the object has been modified' } } }], { action: 'again', waitingFor: 'Pod shop/web-1: 409: the object has been modified' }],
    ['several budgets for one Pod are nobody’s to wait for', [[web], { answers: { 'uid-web-1': { kind: 'several', message: 'This pod has more than one PodDisruptionBudget' } } }], { action: 'giveUp', reasons: ['Pod shop/web-1: This pod has more than one PodDisruptionBudget'] }],
    ['a moment before nodeDrainTimeout', [[web], { answers: { 'uid-web-1': refused }, timeoutMs: 60_000, elapsedMs: 59_999 }], { action: 'again' }],
    ['at nodeDrainTimeout', [[web], { answers: { 'uid-web-1': refused }, timeoutMs: 60_000, elapsedMs: 60_000 }], { action: 'timeout', reasons: ['Pod shop/web-1: PodDisruptionBudget web allows no disruption now'] }],
    ['a timeout of 0 is none', [[web], { timeoutMs: 0, elapsedMs: 86_400_000 }], { action: 'again' }],
    ['of many the first three are named', [[1, 2, 3, 4, 5].map(numbered)], { waitingFor: 'Pod shop/web-1 to end; Pod shop/web-2 to end; Pod shop/web-3 to end; and 2 more' }],
  ];
  test.each(rows)('%s', (_name, parameters, progress) => {
    expect(round(...parameters)).toMatchObject(progress);
  });
});
