import { describe, expect, test } from 'vitest';
import { draw } from '../../../simulator/rules/random.ts';
import { chooseTiming } from '../../../simulator/rules/timing.ts';
import { clusterUid as cluster, runningCluster } from './support/drive.ts';

describe('an injected fault', () => {
  test('strikes as often as it was told, only its operation, only its machine', () => {
    const drive = runningCluster(1, 2);
    drive.ask('control/addFault', { cluster, id: 'f', operation: 'listMembers', machine: 'cp-1', effect: { kind: 'fail', message: 'on purpose' }, times: 2 });
    expect(drive.ask('listNodes', { cluster })).toHaveLength(3);
    for (let time = 0; time < 2; time += 1) {
      expect(drive.ask('listMembers', { cluster, machine: 'cp-1' })).toMatchObject({ name: 'InjectedFaultError', message: expect.stringContaining('on purpose') });
    }
    expect(drive.ask('listMembers', { cluster, machine: 'cp-1' })).toHaveLength(1);
  });

  test('that always strikes ends when faults are cleared', () => {
    const drive = runningCluster(1);
    drive.ask('control/addFault', { cluster, id: 'f', operation: 'apiReady', effect: { kind: 'fail' }, times: 'always' });
    for (let time = 0; time < 20; time += 1) expect(drive.ask('apiReady', { cluster })).toMatchObject({ name: 'InjectedFaultError' });
    drive.ask('control/clearFaults', { cluster });
    expect(drive.ask('apiReady', { cluster })).toBe(true);
  });

  test.each([
    { effect: { kind: 'fail' }, delivery: 'now', cordoned: false },
    { effect: { kind: 'fail', after: true }, delivery: 'now', cordoned: true },
    { effect: { kind: 'hang' }, delivery: 'never', cordoned: false },
    { effect: { kind: 'hang', after: true }, delivery: 'never', cordoned: true },
    { effect: { kind: 'late', milliseconds: 500 }, delivery: 'late', cordoned: true },
  ] as const)('$effect: answered $delivery, effect happened: $cordoned', ({ effect, delivery, cordoned }) => {
    const drive = runningCluster(1, 1);
    drive.ask('control/addFault', { cluster, id: 'f', operation: 'cordonNode', effect, times: 1 });
    const performed = drive.perform('cordonNode', { cluster, node: 'w-1', unschedulable: true });
    expect(performed.delivery.kind).toBe(delivery);
    expect(drive.cluster.nodes.find(({ name }) => name === 'w-1')?.unschedulable).toBe(cordoned);
  });
});

function outcomes(seed: string): readonly boolean[] {
  const drive = runningCluster(1);
  drive.ask('control/setChaos', { cluster, seed, failureRate: 0.3, lateRate: 0, lateMilliseconds: 0 });
  return Array.from({ length: 400 }, () => drive.ask('apiReady', { cluster }) === true);
}

describe('faults by chance', () => {
  test('come as often as asked, and again the same for the same seed', () => {
    const first = outcomes('seed-1');
    const share = first.filter((ok) => !ok).length / first.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
    expect(outcomes('seed-1')).toEqual(first);
    expect(outcomes('seed-2')).not.toEqual(first);
  });
});

test('chance is spread evenly, whatever the seeds look like', () => {
  const buckets = Array.from({ length: 10 }, () => 0);
  for (let index = 0; index < 10_000; index += 1) {
    const bucket = Math.floor(draw(`uid-${index}`, 'vm') * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  expect(Math.min(...buckets)).toBeGreaterThan(850);
  expect(Math.max(...buckets)).toBeLessThan(1150);
});

test('jitter adds at most its share of the duration, and the seed alone decides how much', () => {
  const times = { vm: { startupMilliseconds: 10_000, startupJitter: 0.2 } };
  const chosen = Array.from({ length: 200 }, (_, index) => chooseTiming(times, `machine-${index}`).vm);
  expect(Math.min(...chosen)).toBeGreaterThanOrEqual(10_000);
  expect(Math.max(...chosen)).toBeLessThanOrEqual(12_000);
  expect(new Set(chosen).size).toBeGreaterThan(100);
  expect(chooseTiming(times, 'machine-7').vm).toBe(chosen[7]);
});
