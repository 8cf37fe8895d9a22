import * as fc from 'fast-check';
import type { DesiredCluster, DesiredControlPlane, DesiredMachineDeployment } from '../../../../../api/desired-cluster.ts';
import type { Amount } from '../../../../../api/rollout-settings.ts';
import { desired } from '../../support/clusters.ts';
import type { Happening } from './happenings.ts';

export const [older, newer] = ['v1.33.13', 'v1.34.4'];
export const pool = 'demo-md-0';
export const controlPlane = 'demo-control-plane';

export type PoolOptions = Partial<DesiredMachineDeployment> & { readonly maxSurge?: Amount; readonly maxUnavailable?: Amount };

/** A cluster of the older version. */
export function wanted(controlPlanes: number, pools: readonly PoolOptions[], facts: Partial<DesiredControlPlane> = {}): DesiredCluster {
  const base = desired(controlPlanes, 1);
  const [template] = base.machineDeployments;
  if (template === undefined) throw new Error('no MachineDeployment was generated');
  return {
    ...base,
    controlPlane: { ...base.controlPlane, version: older, ...facts },
    machineDeployments: pools.map(({ maxSurge, maxUnavailable, rollout, ...options }, index) => ({
      ...template,
      name: `demo-md-${index}`,
      version: older,
      ...options,
      rollout: { ...rollout, ...(maxSurge === undefined ? {} : { maxSurge }), ...(maxUnavailable === undefined ? {} : { maxUnavailable }) },
    })),
  };
}

export function withControlPlane(facts: Partial<DesiredControlPlane>): (before: DesiredCluster) => DesiredCluster {
  return (before) => ({ ...before, controlPlane: { ...before.controlPlane, ...facts } });
}

/** @param name of one pool; all without it */
export function withPools(facts: Partial<DesiredMachineDeployment>, name?: string): (before: DesiredCluster) => DesiredCluster {
  return (before) => ({ ...before, machineDeployments: before.machineDeployments.map((deployment) => (name === undefined || deployment.name === name ? { ...deployment, ...facts } : deployment)) });
}

export const upgraded = (before: DesiredCluster): DesiredCluster => withPools({ version: newer })(withControlPlane({ version: newer })(before));
export const image = (customImage: string) => ({ infrastructure: { extraMounts: [], customImage } });

const pick = fc.nat({ max: 20 });
const owner = fc.constantFrom(controlPlane, pool, 'demo-md-1');
const want = (what: string, change: (before: DesiredCluster) => DesiredCluster): Happening => ({ kind: 'want', what, desired: change });

const wishes: fc.Arbitrary<Happening> = fc.oneof(
  fc.constant(want('upgrade', upgraded)),
  fc.record({ kind: fc.constant('undo' as const) }),
  fc.tuple(fc.constantFrom('a', 'b', 'c'), owner).map(([name, whose]) => want(`image ${name} of ${whose}`, whose === controlPlane ? withControlPlane(image(name)) : withPools(image(name), whose))),
  fc.tuple(fc.nat({ max: 8 }), owner).map(([replicas, whose]) => want(`${replicas} of ${whose}`, whose === controlPlane ? (before) => scaled(before, replicas) : withPools({ replicas }, whose))),
);

/** As many as a manifest may ask for: odd, and three or more where none may come before one goes. */
function scaled(before: DesiredCluster, count: number): DesiredCluster {
  const least = before.controlPlane.rollout?.maxSurge === 0 ? 3 : 1;
  return withControlPlane({ replicas: Math.max(least, [1, 3, 5][count % 3] ?? 3) })(before);
}

export const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.oneof(
    { weight: 40, arbitrary: fc.record({ kind: fc.constant('step' as const), pick }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('time' as const), seconds: fc.constantFrom(5, 30, 700) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('ready', 'unready'), pick }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('blocked' as const), pick }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('retry' as const) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('pause', 'unpause'), owner }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), pick }) },
    { weight: 4, arbitrary: wishes },
  ),
  { minLength: 5, maxLength: 80, size: 'max' },
);

const amount: fc.Arbitrary<Amount> = fc.constantFrom<Amount>(0, 1, 2, '25%', '50%');
const poolOptions = fc.record({ replicas: fc.nat({ max: 7 }), maxSurge: amount, maxUnavailable: amount, minReadySeconds: fc.constantFrom(0, 30) });

/** Printed where a story breaks a rule. */
export type ClusterOptions = { readonly controlPlanes: number; readonly pools: readonly PoolOptions[]; readonly surge: 0 | 1 };

export const clusters: fc.Arbitrary<ClusterOptions> = fc.record({
  controlPlanes: fc.constantFrom(1, 3, 3, 5),
  pools: fc.array(poolOptions, { minLength: 1, maxLength: 2 }),
  surge: fc.constantFrom<0 | 1>(0, 1),
});

export function clusterOf({ controlPlanes, pools, surge }: ClusterOptions): DesiredCluster {
  return wanted(controlPlanes, pools, controlPlanes > 1 ? { rollout: { maxSurge: surge } } : {});
}
