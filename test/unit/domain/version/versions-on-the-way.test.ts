import { expect, test } from 'vitest';
import type { ProjectedStep } from '../../../../domain/cluster-plan.ts';
import { versionsOnTheWay } from '../../../../domain/version/versions-on-the-way.ts';
import { desired } from '../support/clusters.ts';

const base = desired(3, 1);
const wanted = { ...base, controlPlane: { ...base.controlPlane, version: 'v1.35.1' } };
const made = (role: 'control-plane' | 'worker', to: string): ProjectedStep => ({ kind: 'ProvisionMachine', role, to, reasons: [], round: 1 });

test('versions that control planes have on the way to the wanted one are named once, and those of workers are not', () => {
  const steps = [made('control-plane', 'v1.33.13/0f3a52c1d7'), made('control-plane', 'v1.34.4/a'), made('control-plane', 'v1.34.4/a'), made('worker', 'v1.32.0/b'), made('control-plane', 'v1.35.1/c')];
  expect(versionsOnTheWay(wanted, steps)).toEqual(['v1.33.13', 'v1.34.4']);
  expect(versionsOnTheWay(wanted, [made('control-plane', 'v1.35.1')])).toEqual([]);
});
