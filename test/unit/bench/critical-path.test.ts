import { describe, expect, test } from 'vitest';
import { criticalPath, summarizePath, type Span } from '../../../bench/critical-path.ts';

type Given = Pick<Span, 'step' | 'phase'> & Partial<Span>;

/** Scheduled and started at once unless it says otherwise. */
function span(given: Given, from: number, to: number): Span {
  return { scheduledAt: from, startedAt: from, endedAt: to, ...given };
}

const names = (spans: readonly Span[]): readonly string[] => criticalPath(spans, { startedAt: 0 }).map(({ span: { machine, phase } }) => `${machine ?? ''} ${phase}`.trim());

const create = [
  span({ step: 'cluster', phase: 'allocateCluster' }, 5, 10),
  span({ step: 'EnsureInfrastructure', phase: 'certificates and keys' }, 12, 90),
  span({ step: 'EnsureInfrastructure', phase: 'network' }, 12, 40),
  span({ step: 'EnsureInfrastructure', phase: 'load balancer' }, 42, 100),
  span({ step: 'cluster', phase: 'recordCluster' }, 101, 109),
  span({ step: 'ProvisionMachine', machine: 'cp-1', phase: 'infrastructure' }, 110, 200),
  span({ step: 'ProvisionMachine', machine: 'cp-2', phase: 'infrastructure' }, 110, 240),
  span({ step: 'ProvisionMachine', machine: 'w-1', phase: 'infrastructure' }, 110, 250),
  span({ step: 'InitControlPlane', machine: 'cp-1', phase: 'kubeadm init' }, 205, 300),
  span({ step: 'InitControlPlane', machine: 'cp-1', phase: 'API server' }, 300, 305),
  span({ step: 'JoinWorker', machine: 'w-1', phase: 'kubeadm join' }, 310, 600),
  span({ step: 'PrepareControlPlane', machine: 'cp-2', phase: 'kubeadm join: preparation' }, 308, 400),
  span({ step: 'PrepareControlPlane', machine: 'cp-3', phase: 'kubeadm join: preparation' }, 308, 420),
  span({ step: 'JoinControlPlane', machine: 'cp-2', phase: 'kubeadm join: etcd member' }, 410, 500),
  span({ step: 'JoinControlPlane', machine: 'cp-3', phase: 'kubeadm join: etcd member' }, 510, 700),
  span({ step: 'InitControlPlane', machine: 'cp-1', phase: 'Node ready' }, 305, 509),
  span({ step: 'cluster', phase: 'recordCluster' }, 705, 720),
] as const;

describe('the critical path', () => {
  test('goes back from what ended last over what each may have waited for, and over nothing that merely ended before', () => {
    expect(names(create)).toEqual([
      'allocateCluster',
      'network',
      'load balancer',
      'cp-1 infrastructure',
      'cp-1 kubeadm init',
      'cp-1 API server',
      'cp-2 kubeadm join: preparation',
      'cp-2 kubeadm join: etcd member',
      'cp-3 kubeadm join: etcd member',
    ]);
  });

  test('knows what of it was in no activity: before one was begun, and before its first', () => {
    const late = span({ step: 'InstallAddons', phase: 'network add-on', startedAt: 330 }, 320, 400);
    const path = criticalPath([...create.slice(0, 10), late], { startedAt: 0 });
    expect(path.map(({ waitedMs }) => waitedMs)).toEqual([5, 2, 2, 10, 5, 0, 25]);
    const { totalMs, outsideMs, phases } = summarizePath(path);
    expect({ totalMs, outsideMs }).toEqual({ totalMs: 400, outsideMs: 49 });
    expect(phases.reduce((sum, { ms }) => sum + ms, 0)).toBe(351);
  });

  test('adds up phases of one name', () => {
    const { phases } = summarizePath(criticalPath(create, { startedAt: 0 }));
    expect(phases.filter(({ phase }) => phase === 'kubeadm join: etcd member')).toEqual([{ phase: 'kubeadm join: etcd member', ms: 280 }]);
  });

  test('of nothing is nothing', () => {
    expect(summarizePath(criticalPath([], { startedAt: 0 }))).toEqual({ totalMs: 0, outsideMs: 0, phases: [] });
  });
});
