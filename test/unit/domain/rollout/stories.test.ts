import { describe, expect, test } from 'vitest';
import type { DesiredCluster } from '../../../../api/desired-cluster.ts';
import { APPROVE_BEFORE_ANNOTATION } from '../../../../api/approval-gates.ts';
import type { Happening } from './support/happenings.ts';
import { tell, type Story } from './support/tell.ts';
import { controlPlane, image, newer, pool, upgraded, wanted, withControlPlane, withPools, type PoolOptions } from './support/wishes.ts';

/** Whole rollouts as readable logs, steps ending in some order. Compared with golden files. */

const want = (what: string, desired: (before: DesiredCluster) => DesiredCluster): Happening => ({ kind: 'want', what, desired });
const upgrade = want(`version ${newer}`, upgraded);
const newImage = want('image b of the pool', withPools(image('b'), pool));
const poolOf = (replicas: number, options: Omit<PoolOptions, 'replicas'> = {}): DesiredCluster => wanted(1, [{ replicas, ...options }]);
const gated = (cluster: DesiredCluster): DesiredCluster => ({ ...cluster, metadata: { labels: {}, annotations: { [APPROVE_BEFORE_ANNOTATION]: 'control-plane, after-canary' } } });
const domains = ['a', 'b', 'c'].map((name) => ({ name, controlPlane: true }));

const stories: Readonly<Record<string, Story>> = {
  'upgrade-3-2': { cluster: wanted(3, [{ replicas: 2 }]), first: upgrade, seed: 1 },
  'upgrade-1-1': { cluster: wanted(1, [{ replicas: 1 }]), first: upgrade, seed: 2 },
  'upgrade-3-without-surge': { cluster: wanted(3, [{ replicas: 1 }], { rollout: { maxSurge: 0 } }), first: upgrade, seed: 3 },
  'upgrade-3-domains': { cluster: { ...wanted(3, []), failureDomains: domains }, first: upgrade, seed: 4 },
  'pool-5-surge-1': { cluster: poolOf(5, { maxSurge: 1, maxUnavailable: 0 }), first: newImage, seed: 5 },
  'pool-5-unavailable-2': { cluster: poolOf(5, { maxSurge: 0, maxUnavailable: 2 }), first: newImage, seed: 6 },
  'pool-10-quarter': { cluster: poolOf(10, { maxSurge: '25%', maxUnavailable: '25%' }), first: newImage, seed: 7 },
  'pool-on-delete': {
    cluster: poolOf(3, { rollout: { strategy: 'OnDelete' } }),
    first: newImage,
    later: [{ at: /asked: image b/, happens: { kind: 'replace', pick: 2 } }],
    seed: 8,
  },
  'pool-unhealthy-first': {
    cluster: poolOf(4, { maxSurge: 1, maxUnavailable: 0 }),
    first: { kind: 'unready', pick: 2 },
    later: [{ at: /a Node is NotReady/, happens: newImage }],
    seed: 9,
  },
  'canary-never-ready-undone': {
    cluster: poolOf(4, { maxSurge: 2, maxUnavailable: 1 }),
    first: newImage,
    later: [{ at: /blocked: /, happens: { kind: 'undo' } }],
    seed: 10,
    badImages: ['b'],
  },
  'canary-falls-back': {
    cluster: poolOf(3, { maxSurge: 1, maxUnavailable: 0, minReadySeconds: 60 }),
    first: newImage,
    later: [{ at: /ends: JoinWorker w-4/, happens: { kind: 'unready', pick: 3 } }],
    seed: 11,
  },
  'template-changed-midway': {
    cluster: poolOf(4, { maxSurge: 1, maxUnavailable: 1 }),
    first: newImage,
    later: [{ at: /\(2 old\)/, happens: want('image c of the pool', withPools(image('c'), pool)) }],
    seed: 12,
  },
  'scaled-up-midway': {
    cluster: poolOf(4, { maxSurge: 1, maxUnavailable: 0 }),
    first: newImage,
    later: [{ at: /w: 5 \(3 old\)/, happens: want('6 replicas', withPools({ replicas: 6 }, pool)) }],
    seed: 13,
  },
  'scaled-down-midway': {
    cluster: poolOf(6, { maxSurge: 2, maxUnavailable: 1 }),
    first: newImage,
    later: [{ at: /\(3 old\)/, happens: want('2 replicas', withPools({ replicas: 2 }, pool)) }],
    seed: 14,
  },
  'undone-at-once-1-control-plane': {
    cluster: wanted(1, [{ replicas: 1 }]),
    first: upgrade,
    later: [{ at: /start: ProvisionMachine cp-2/, happens: { kind: 'time', seconds: 6 } }, { at: /6 s later/, happens: { kind: 'undo' } }],
    seed: 15,
  },
  'undone-while-joining-3-control-planes': {
    cluster: wanted(3, [{ replicas: 1 }]),
    first: upgrade,
    later: [{ at: /start: JoinControlPlane cp-5/, happens: { kind: 'undo' } }],
    seed: 16,
  },
  'paused-and-resumed': {
    cluster: wanted(3, [{ replicas: 1 }]),
    first: want('image b of the control plane', withControlPlane(image('b'))),
    later: [
      { at: /start: JoinControlPlane cp-4/, happens: { kind: 'pause', owner: controlPlane } },
      { at: /waits: demo-control-plane: its rollout is paused/, happens: newImage },
      { at: /ends: RemoveMachine w-1/, happens: { kind: 'unpause', owner: controlPlane } },
    ],
    seed: 17,
  },
  'approval-gates': {
    cluster: gated(wanted(1, [{ replicas: 3, maxSurge: 1, maxUnavailable: 0 }])),
    first: upgrade,
    later: [
      { at: /gate control-plane/, happens: { kind: 'approve', gate: 'control-plane' } },
      { at: /gate after-canary/, happens: { kind: 'approve', gate: 'after-canary' } },
    ],
    seed: 18,
  },
  'min-ready-seconds': { cluster: poolOf(2, { maxSurge: 1, maxUnavailable: 0, minReadySeconds: 45 }), first: newImage, seed: 19 },
  'worker-repaired-before-its-turn': {
    cluster: wanted(3, [{ replicas: 2 }]),
    first: upgrade,
    later: [{ at: /start: JoinControlPlane cp-4/, happens: { kind: 'replace', pick: 3 } }],
    seed: 20,
  },
  'older-etcd-first': { cluster: wanted(3, [{ replicas: 1 }]), first: upgrade, seed: 22, etcd: '3.5.21' },
  'older-etcd-first-without-surge': { cluster: wanted(3, [], { rollout: { maxSurge: 0 } }), first: upgrade, seed: 23, etcd: '3.5.24' },
  'control-plane-template-alone': {
    cluster: wanted(3, [{ replicas: 1 }]),
    first: want('image b of the control plane', withControlPlane(image('b'))),
    seed: 21,
  },
};

describe('rollouts', () => {
  test.each(Object.entries(stories))('%s goes as in the golden file', async (name, story) => {
    await expect(tell(story)).toMatchFileSnapshot(`../../../golden/domain/rollout/${name}.txt`);
  });
});
