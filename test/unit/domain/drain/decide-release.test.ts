import { describe, expect, test } from 'vitest';
import { decideRelease, releaseTimeoutMs, type ReleaseDecision } from '../../../../domain/drain/decide-release.ts';
import type { DrainPod } from '../../../../domain/drain/drain-pod.ts';

const pod = (name: string, rest: Partial<DrainPod> = {}): DrainPod => ({ namespace: 'shop', name, uid: name, mirror: false, emptyDir: false, phase: 'Running', ...rest });
const ending = pod('db-0', { deletingSince: 1, claims: ['shop/data'] });
const daemon = pod('logger', { claims: ['shop/logs'] });
const data = { name: 'pv-1', claim: 'shop/data' };
const logs = { name: 'pv-2', claim: 'shop/logs' };

describe('what was on a Node that is out of service', () => {
  type Facts = Parameters<typeof decideRelease>[0];
  const rows: readonly (readonly [string, Partial<Facts>, ReleaseDecision])[] = [
    ['nothing', {}, { action: 'done' }],
    ['a Pod that is ending', { pods: [ending] }, { action: 'wait', waitingFor: ['Pod shop/db-0 to be forgotten'] }],
    ['its volume, when the Pod is gone', { attached: [data] }, { action: 'wait', waitingFor: ['pv-1 (PersistentVolumeClaim shop/data) to be detached'] }],
    ["a DaemonSet's Pod and its volume, which stay as long as the Node does", { pods: [daemon], attached: [logs] }, { action: 'done' }],
    ["a static Pod's image, which is ending with nobody there to end it", { pods: [pod('etcd', { mirror: true, deletingSince: 1 })] }, { action: 'done' }],
    ['a moment before time is up', { pods: [ending, daemon], elapsedMs: releaseTimeoutMs - 1 }, { action: 'wait', waitingFor: ['Pod shop/db-0 to be forgotten'] }],
    ['when time is up', { pods: [ending], attached: [data, logs], elapsedMs: releaseTimeoutMs }, { action: 'giveUp', left: ['Pod shop/db-0 to be forgotten', 'pv-1 (PersistentVolumeClaim shop/data) to be detached', 'pv-2 (PersistentVolumeClaim shop/logs) to be detached'] }],
  ];
  test.each(rows)('%s', (_name, facts, decision) => {
    expect(decideRelease({ pods: [], attached: [], elapsedMs: 0, ...facts })).toEqual(decision);
  });
});
