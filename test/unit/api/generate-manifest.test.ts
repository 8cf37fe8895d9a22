import { assert, integer, property, record, stringMatching, constantFrom } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateManifest, InvalidGenerateOptionsError, type GenerateOptions } from '../../../api/generate-manifest.ts';
import { describeProblem } from '../../../api/manifest-problem.ts';
import { parseGood } from './support/parse-good.ts';

const DEMO: GenerateOptions = {
  name: 'demo',
  kubernetesVersion: 'v1.34.4',
  controlPlaneMachineCount: 3,
  workerMachineCount: 2,
};

describe('a generated manifest', () => {
  test('has the form that clusterctl prints', async () => {
    await expect(generateManifest(DEMO)).toMatchFileSnapshot('../../golden/api/generated.yaml');
    const older = generateManifest({ ...DEMO, apiVersion: 'v1beta1' });
    await expect(older).toMatchFileSnapshot('../../golden/api/generated-v1beta1.yaml');
    expect(parseGood(older)).toEqual(parseGood(generateManifest(DEMO)));
  });

  test('is in the namespace that was asked for', () => {
    const { cluster, warnings } = parseGood(generateManifest({ ...DEMO, namespace: 'team-a' }));
    expect(cluster.namespace).toBe('team-a');
    expect(warnings).toEqual([]);
  });

  test('means what was asked for, for all options that are valid', () => {
    const anyOptions = record({
      name: stringMatching(/^[a-z]([a-z0-9-]{0,40}[a-z0-9])?$/),
      kubernetesVersion: stringMatching(/^v1\.(3[0-9])\.([0-9]|1[0-9])(-rc\.[0-9])?$/),
      controlPlaneMachineCount: constantFrom(1, 3, 5, 7),
      workerMachineCount: integer({ min: 0, max: 93 }),
      namespace: constantFrom('default', 'team-a', 'x'),
    });
    const isFaithful = property(anyOptions, constantFrom('v1beta1', 'v1beta2'), (options, apiVersion) => {
      const text = generateManifest({ ...options, apiVersion });
      const { cluster, warnings } = parseGood(text);
      expect(warnings).toEqual([]);
      expect({
        name: cluster.name,
        namespace: cluster.namespace,
        kubernetesVersion: cluster.controlPlane.version,
        controlPlaneMachineCount: cluster.controlPlane.replicas,
        workerMachineCount: cluster.machineDeployments[0]?.replicas,
      }).toEqual(options);
      expect(cluster.machineDeployments[0]?.version).toBe(options.kubernetesVersion);
      expect(generateManifest({ ...options, apiVersion })).toBe(text);
    });
    expect(() => assert(isFaithful, { numRuns: 100 })).not.toThrow();
  });
});

describe('options that make no valid manifest', () => {
  test.for<readonly [string, Partial<GenerateOptions>, string]>([
    ['an even control plane', { controlPlaneMachineCount: 2 }, 'spec.replicas'],
    ['half a worker', { workerMachineCount: 0.5 }, 'spec.replicas'],
    ['no number', { workerMachineCount: Number.NaN }, 'spec.replicas'],
    ['too many machines', { workerMachineCount: 99 }, 'spec.replicas'],
    ['a version without patch', { kubernetesVersion: 'v1.34' }, 'spec.version'],
    ['a name in upper case', { name: 'Demo' }, 'metadata.name'],
    ['a name that brings YAML', { name: 'demo\nspec: {paused: true}' }, 'metadata.name'],
    ['a name that is too long for the names made of it', { name: 'n'.repeat(45) }, 'metadata.name'],
    ['a namespace with a slash', { namespace: 'a/b' }, 'metadata.namespace'],
  ])('%s', ([, options, path]) => {
    expect(() => generateManifest({ ...DEMO, ...options })).toThrow(InvalidGenerateOptionsError);
    expect(() => generateManifest({ ...DEMO, ...options })).toThrow(path);
  });

  test.for<readonly [Partial<GenerateOptions>, readonly string[]]>([
    [{ name: 'Demo' }, ['metadata.name: Invalid value: "Demo"']],
    [{ name: 'n'.repeat(45) }, [`metadata.name: Too long: "${'n'.repeat(45)}-control-plane"`]],
    [{ kubernetesVersion: '1.34.4' }, ['spec.version: Invalid value: "1.34.4"']],
    [
      { namespace: 'Team', controlPlaneMachineCount: 2, workerMachineCount: 101 },
      ['metadata.namespace: Invalid value: "Team"', 'spec.replicas: Invalid value: 2', 'spec.replicas: Invalid value: 101'],
    ],
  ])('each mistake is told once: %j', ([options, expected]) => {
    const run = (): unknown => {
      try {
        return generateManifest({ ...DEMO, ...options });
      } catch (error) {
        return error;
      }
    };
    const error = run();
    const told = error instanceof InvalidGenerateOptionsError ? error.problems.map(describeProblem) : [];
    expect(told).toEqual(expected.map((text) => expect.stringContaining(text)));
  });
});
