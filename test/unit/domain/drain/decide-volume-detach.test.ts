import { describe, expect, test } from 'vitest';
import { decideVolumeDetach, type VolumeDetachDecision, type VolumeDetachFacts } from '../../../../domain/drain/decide-volume-detach.ts';

const data = { name: 'pv-1', claim: 'shop/data' };
const logs = { name: 'pv-2', claim: 'kube-system/logs' };

describe('volumes of a Machine that is to go', () => {
  type Row = readonly [string, Partial<VolumeDetachFacts>, Partial<VolumeDetachDecision> & object];
  const rows: readonly Row[] = [
    ['there are none', {}, { action: 'done', reasons: ['no volume is attached'] }],
    ['one is attached', { attached: [data] }, { action: 'wait', waitingFor: ['pv-1 (PersistentVolumeClaim shop/data)'] }],
    ['one that no claim names', { attached: [{ name: 'pv-9' }] }, { action: 'wait', waitingFor: ['pv-9'] }],
    ["only a DaemonSet's, whose Pod stays", { attached: [logs], claimsOfLeftPods: ['kube-system/logs'] }, { action: 'done' }],
    ['both', { attached: [data, logs], claimsOfLeftPods: ['kube-system/logs'] }, { action: 'wait', waitingFor: ['pv-1 (PersistentVolumeClaim shop/data)'] }],
    ['its Node does not answer', { attached: [data], reachable: false }, { action: 'giveUp', left: ['pv-1 (PersistentVolumeClaim shop/data)'] }],
    ['a moment before the limit', { attached: [data], timeoutMs: 60_000, elapsedMs: 59_999 }, { action: 'wait' }],
    ['at the limit', { attached: [data], timeoutMs: 60_000, elapsedMs: 60_000 }, { action: 'giveUp', reasons: ['nodeVolumeDetachTimeout of 60 s is over'] }],
    ['without a limit, a day later', { attached: [data], elapsedMs: 86_400_000 }, { action: 'wait' }],
    ['a limit of 0 is none', { attached: [data], timeoutMs: 0, elapsedMs: 86_400_000 }, { action: 'wait' }],
    ['somebody cuts it short', { attached: [data], cutShort: true }, { action: 'giveUp', reasons: ['the wait was cut short'] }],
  ];
  test.each(rows)('%s', (_name, facts, decision) => {
    expect(decideVolumeDetach({ attached: [], claimsOfLeftPods: [], reachable: true, elapsedMs: 0, ...facts })).toMatchObject(decision);
  });
});
