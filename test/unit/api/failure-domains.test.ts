import { expect, test } from 'vitest';
import { describeProblem } from '../../../api/manifest-problem.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { parseGood } from './support/parse-good.ts';
import { writeManifest } from './support/small-manifest.ts';

const domains = (value: unknown) => ({ kind: 'DockerCluster', path: ['spec', 'failureDomains'], value });
const chosen = (value: string) => ({ kind: 'MachineDeployment', path: ['spec', 'template', 'spec', 'failureDomain'], value });
const problemsOf = (text: string): readonly string[] => {
  const result = parseManifest(text);
  return result.ok ? [] : result.problems.map(describeProblem);
};

test('are read by name, and a MachineDeployment is in one of them', () => {
  const { cluster } = parseGood(writeManifest(domains({ b: {}, a: { controlPlane: true, attributes: { room: '1' } } }), chosen('b')));
  expect(cluster.failureDomains).toEqual([
    { name: 'a', controlPlane: true, attributes: { room: '1' } },
    { name: 'b', controlPlane: false },
  ]);
  expect(cluster.machineDeployments[0]?.failureDomain).toBe('b');
});

test('where the infrastructure names none, a MachineDeployment may name any', () => {
  expect(parseGood(writeManifest(chosen('fd4'))).cluster.machineDeployments[0]?.failureDomain).toBe('fd4');
});

test.each([
  [writeManifest(domains({ a: {} }), chosen('b')), /failureDomain: Not found: "b": the infrastructure has no failure domain of this name; use "a"/],
  [writeManifest(chosen('not a label')), /failureDomain: Invalid value: .*is not a valid label value/],
  [writeManifest(domains({ 'not a label': {} })), /failureDomains.*is not a valid label value/],
])('what is wrong about them is named: %#', (text, expected) => {
  expect(problemsOf(text)).toEqual([expect.stringMatching(expected)]);
});
