import { describe, expect, test } from 'vitest';
import { nextForBlocked } from '../../../cli/blocked-next.ts';
import type { Evidence } from '../../../domain/evidence.ts';
import { machine } from '../domain/support/clusters.ts';

const stoppedAt = (phase: string): Evidence => ({ at: `step: ${phase}`, step: 'step', phase, error: 'SomeError', message: 'no', attempts: 1 });

describe('the ways out of a Blocked operation', () => {
  test('name --skip where what failed can be left out, and there alone', () => {
    expect(nextForBlocked('demo', { verb: 'replace', evidence: stoppedAt('drain') })).toEqual([
      'slipway resume cluster demo --retry   (tries again from where it stopped)',
      'slipway resume cluster demo --skip   (goes on without: drain)',
      'slipway resume cluster demo --abort   (goes back to what it was)',
    ]);
    expect(nextForBlocked('demo', { verb: 'apply', evidence: stoppedAt('add-ons rolled out') }).join('\n')).toContain('--skip');
    expect(nextForBlocked('demo', { verb: 'scale', evidence: stoppedAt('kubeadm join: etcd member') }).join('\n')).not.toContain('--skip');
    expect(nextForBlocked('demo', { verb: 'scale' }).join('\n')).not.toContain('--skip');
  });

  test('say of each removal whether an abort takes it back', () => {
    const [back, tooFar] = [machine('w-1', 'Deleting'), machine('w-2', 'Deleting')];
    expect(nextForBlocked('demo', { verb: 'scale' }, { back: [back], running: [], tooFar: [tooFar] }).at(-1)).toBe(
      'slipway resume cluster demo --abort   (goes back to what it was; the removal of w-1 is taken back; the removal of w-2 can only be finished)',
    );
  });

  test('of what has nothing to go back to name no --abort', () => {
    expect(nextForBlocked('demo', { verb: 'delete' })).toHaveLength(1);
    expect(nextForBlocked('demo', { verb: 'create' }).join('\n')).toContain('slipway delete cluster demo');
  });
});
