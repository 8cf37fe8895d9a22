import { describe, expect, test } from 'vitest';
import type { DesiredCluster } from '../../../../api/desired-cluster.ts';
import { nameProblems, renameCluster } from '../../../../domain/recovery/rename-cluster.ts';
import { desired } from '../support/clusters.ts';

function named(controlPlaneName: string, ...deployments: readonly string[]): DesiredCluster {
  const { controlPlane, machineDeployments, ...rest } = desired();
  const [deployment] = machineDeployments;
  if (deployment === undefined) throw new Error('it has a MachineDeployment');
  return { ...rest, controlPlane: { ...controlPlane, name: controlPlaneName }, machineDeployments: deployments.map((name) => ({ ...deployment, name })) };
}

describe('a cluster under another name', () => {
  test.each<[string, DesiredCluster, readonly string[]]>([
    ['as it was generated', named('demo-control-plane', 'demo-md-0'), ['new-control-plane', 'new-md-0']],
    ['whose control plane is called as it', named('demo', 'demo-md-0'), ['new', 'new-md-0']],
    ['whose owners have names of their own', named('masters', 'demolition', 'web-demo'), ['masters', 'demolition', 'web-demo']],
  ])('%s', (_what, cluster, expected) => {
    const { name, controlPlane, machineDeployments } = renameCluster(cluster, 'new');
    expect([name, controlPlane.name, ...machineDeployments.map((deployment) => deployment.name)]).toEqual(['new', ...expected]);
    expect(nameProblems(cluster, 'new')).toEqual([]);
    expect(renameCluster(renameCluster(cluster, 'new'), 'demo')).toEqual(cluster);
  });

  test.each<[string, DesiredCluster, string, readonly string[]]>([
    ['is not called as no cluster may be', named('cp'), 'New', [expect.stringContaining('cluster New: must be a DNS-1123 label')]],
    ['has no owner whose Machines would have no name', named('cp', 'demo-a'.padEnd(45, 'a')), 'new-and-longer', [expect.stringMatching(/^MachineDeployment new-and-longer-aa*: has 55 characters/)]],
    ['has no two owners of one name', named('cp', 'demo-md', 'new-md'), 'new', ['two MachineDeployments would be called new-md']],
  ])('%s', (_what, cluster, name, expected) => {
    expect(nameProblems(cluster, name)).toEqual(expected);
  });
});
