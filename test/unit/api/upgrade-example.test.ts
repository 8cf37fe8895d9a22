import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { approvalGates } from '../../../api/approval-gates.ts';
import { compareDesired } from '../../../api/compare-desired.ts';
import { decideClusterVersions } from '../../../domain/version/decide-cluster-versions.ts';
import { knownReleases } from '../../../node-image/versions.mjs';
import { parseGood } from './support/parse-good.ts';

const text = readFileSync(new URL('../../../examples/upgrade.yaml', import.meta.url), 'utf8');
const { cluster } = parseGood(text);
const upgraded = parseGood(text.replaceAll('v1.33.13', 'v1.34.4')).cluster;

test('the example of an upgrade changes nothing but the versions, by one minor, with releases that are known', () => {
  const version = { from: 'v1.33.13', to: 'v1.34.4', effect: 'rollout' };
  expect(compareDesired(cluster, upgraded)).toEqual([
    { field: 'KubeadmControlPlane/upgrade-cp.spec.version', ...version },
    { field: 'MachineDeployment/upgrade-md-0.spec.template.spec.version', ...version },
  ]);
  const machines = [{ role: 'control-plane' as const, owner: 'upgrade-cp', version: cluster.controlPlane.version }];
  expect(decideClusterVersions({ desired: upgraded, machines, known: knownReleases() })).toMatchObject({ action: 'upgrade', hops: ['v1.34.4'] });
  expect(approvalGates(cluster.metadata)).toEqual(['after-canary']);
});
