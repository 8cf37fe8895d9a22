import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readFixture } from './support/edit-manifest.ts';
import { parseGood } from './support/parse-good.ts';

describe('manifests in the shapes that Cluster API has published for Docker', () => {
  test('the end-to-end tests: failure domains, the Docker socket, KubeadmControlPlane before its template', () => {
    const { cluster, warnings } = parseGood(readFixture('shape-e2e.yaml'));
    expect(cluster.controlPlane.clusterConfiguration.apiServer.certSANs).toEqual([
      'localhost',
      '127.0.0.1',
      '0.0.0.0',
      'host.docker.internal',
    ]);
    expect(cluster.machineDeployments[0]?.infrastructure.extraMounts).toEqual([
      { hostPath: '/var/run/docker.sock', containerPath: '/var/run/docker.sock', readOnly: false },
    ]);
    expect(warnings).toEqual([]);
    expect(cluster.failureDomains?.length).toBeGreaterThan(1);
    expect(cluster.machineDeployments.map(({ failureDomain }) => failureDomain)).toContain('fd4');
  });

  test('the development template before ClusterClass: kubelet arguments, socket without scheme, null selector', () => {
    const { cluster, warnings } = parseGood(readFixture('shape-development.yaml'));
    expect(cluster.controlPlane.clusterConfiguration.controllerManager.extraArgs).toEqual({
      'enable-hostpath-provisioner': 'true',
    });
    expect(cluster.controlPlane.initNodeRegistration.kubeletExtraArgs).toEqual({
      'eviction-hard': 'nodefs.available<0%,nodefs.inodesFree<0%,imagefs.available<0%',
      'fail-swap-on': 'false',
    });
    expect(warnings).toHaveLength(4);
    expect(warnings.every((warning) => /cgroup-(driver|root): Not used/.test(warning))).toBe(true);
  });
});

describe('examples', () => {
  const FOLDER = new URL('../../../examples/', import.meta.url);
  const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');
  // A workload for a cluster is not a manifest of one.
  const examples = readdirSync(FOLDER).filter(
    (name) => name.endsWith('.yaml') && read(name).includes('kind: Cluster\n'),
  );

  test('are there', () => {
    expect(examples).toEqual(expect.arrayContaining(['demo.yaml', 'ha.yaml', 'node-options.yaml', 'v1beta2.yaml']));
  });

  test.for(examples)('%s is valid, without warnings', (name) => {
    expect(parseGood(read(name)).warnings).toEqual([]);
  });

  test.for([
    ['demo.yaml', 'demo', 1, [2]],
    ['ha.yaml', 'ha', 3, [3]],
    ['node-options.yaml', 'options', 1, [1, 2]],
    ['v1beta2.yaml', 'newer', 1, [2]],
    ['upgrade.yaml', 'upgrade', 3, [2]],
  ] as const)('%s describes %s with %i control planes and %j workers', ([file, name, controlPlanes, workers]) => {
    const { cluster } = parseGood(read(file));
    expect(cluster.name).toBe(name);
    expect(cluster.controlPlane.replicas).toBe(controlPlanes);
    expect(cluster.machineDeployments.map(({ replicas }) => replicas)).toEqual(workers);
  });
});
