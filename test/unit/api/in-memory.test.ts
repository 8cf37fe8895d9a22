import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../api/parse-manifest.ts';

const example = readFileSync(new URL('../../../examples/in-memory.yaml', import.meta.url), 'utf8');

function problemsOf(manifest: string): readonly { readonly path: string; readonly expected?: string }[] {
  const result = parseManifest(manifest);
  return result.ok ? [] : result.problems;
}

describe('backend.inMemory', () => {
  test('the example: its times are read, in milliseconds; what is left out is left out', () => {
    const result = parseManifest(example);
    if (!result.ok) throw new Error(JSON.stringify(result.problems, undefined, 1));
    const { controlPlane, machineDeployments } = result.cluster;
    expect(controlPlane.infrastructure).toEqual({
      extraMounts: [],
      inMemory: {
        vm: { startupMilliseconds: 2000, startupJitter: 0.2 },
        etcd: { startupMilliseconds: 1000, startupJitter: 0 },
        apiServer: { startupMilliseconds: 2000, startupJitter: 0 },
        node: { startupMilliseconds: 1000, startupJitter: 0 },
      },
    });
    expect(machineDeployments[0]?.infrastructure).toEqual({ extraMounts: [], inMemory: {} });
    expect(result.warnings).toEqual([]);
  });

  test('is the same in v1beta1', () => {
    const infrastructure = example.replaceAll('infrastructure.cluster.x-k8s.io/v1beta2', 'infrastructure.cluster.x-k8s.io/v1beta1');
    expect(parseManifest(infrastructure)).toMatchObject({ ok: true });
  });

  const vm = 'spec.template.spec.backend.inMemory.vm.provisioning';
  test.each([
    ['startupDuration: 2s\n              startupJitter', 'startupDuration: 2 s\n              startupJitter', `${vm}.startupDuration`],
    ['startupJitter: "0.2"', 'startupJitter: 0.2', `${vm}.startupJitter`],
    ['startupJitter: "0.2"', 'startupJitter: "-1"', `${vm}.startupJitter`],
    ['startupJitter: "0.2"', 'startupJiter: "0.2"', `${vm}.startupJiter`],
    ['vm: #', 'machine: #', 'spec.template.spec.backend.inMemory.machine'],
    ['inMemory: {} # at once', 'docker: {}', 'spec.template.spec.backend.docker'],
    ['inMemory: {} # and', 'docker: {} # and', 'spec.template.spec.backend.inMemory'],
  ])('%j as %j is refused at %s', (from, to, path) => {
    expect(example).toContain(from);
    expect(problemsOf(example.replace(from, to)).map((problem) => problem.path)).toContain(path);
  });

  test('and Docker in one cluster are refused, with what to do', () => {
    const docker = 'apiVersion: infrastructure.cluster.x-k8s.io/v1beta2\nkind: DockerMachineTemplate\nmetadata:\n  name: in-memory-md-0\nspec:\n  template:\n    spec: {}\n';
    const documents = example.split('---\n').map((document) => (document.includes('# at once') ? docker : document));
    const mixed = documents.join('---\n').replace('kind: DevMachineTemplate\n        name: in-memory-md-0', 'kind: DockerMachineTemplate\n        name: in-memory-md-0');
    expect(problemsOf(mixed)).toMatchObject([{ path: 'kind', expected: 'use one backend for the whole cluster' }]);
  });
});
