import { describe, expect, test } from 'vitest';
import { approvalGates } from '../../../api/approval-gates.ts';
import { compareDesired } from '../../../api/compare-desired.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { parseDateTime } from '../../../api/validation/dates.ts';
import { parseGood } from './support/parse-good.ts';
import { writeManifest, type Setting } from './support/small-manifest.ts';
import { toV1Beta2, withField } from './support/to-v1beta2.ts';

const set = (kind: string, field: string, value: unknown): Setting => ({ kind, path: ['spec', ...field.split('.')], value });
const ofControlPlane = (field: string, value: unknown) => set('KubeadmControlPlane', field, value);
const ofWorkers = (field: string, value: unknown) => set('MachineDeployment', field, value);
const SURGE = 'rolloutStrategy.rollingUpdate.maxSurge';
const STRATEGY = 'strategy.rollingUpdate';

const problemsOf = (text: string): readonly string[] => {
  const result = parseManifest(text);
  return result.ok ? [] : result.problems.map(({ path, message, expected }) => `${path}: ${message}; ${expected}`);
};
const warningsOf = (text: string): readonly string[] => {
  const result = parseManifest(text);
  if (!result.ok) throw new Error('The manifest is not valid');
  return result.warnings.map(({ path, message, expected }) => `${path}: ${message}; ${expected}`);
};

describe('how a control plane is rolled out', () => {
  test('is read in both versions, times as epoch milliseconds', () => {
    const text = writeManifest(
      ofControlPlane('replicas', 3),
      ofControlPlane(SURGE, 0),
      ofControlPlane('rolloutAfter', '2026-03-09T09:00:00+01:00'),
      ofControlPlane('rolloutBefore', { certificatesExpiryDays: 21 }),
    );
    for (const form of [text, toV1Beta2(text)]) {
      const { rollout } = parseGood(form).cluster.controlPlane;
      expect(rollout).toEqual({ maxSurge: 0, after: Date.UTC(2026, 2, 9, 8), certificatesExpiryDays: 21 });
    }
  });

  test.for<readonly [replicas: number | undefined, isGood: boolean]>([[undefined, false], [1, false], [3, true], [5, true]])(
    'maxSurge 0 with %s replicas: %s',
    ([replicas, isGood]) => {
      const text = writeManifest(ofControlPlane('replicas', replicas), ofControlPlane(SURGE, 0));
      const advice = 'a control plane of 1 would lose its majority with the machine that goes first; use 1, or set spec.replicas to 3 or more';
      expect(problemsOf(text)).toEqual(isGood ? [] : [`spec.${SURGE}: ${advice}`]);
      expect(problemsOf(toV1Beta2(text))).toEqual(isGood ? [] : [`spec.rollout.strategy.rollingUpdate.maxSurge: ${advice}`]);
    },
  );

  test.for([2, -1, 0.5, '50%', '1', true])('maxSurge is not %j', (value) => {
    expect(problemsOf(writeManifest(ofControlPlane('replicas', 3), ofControlPlane(SURGE, value)))).toEqual([
      `spec.${SURGE}: is not one of the values; use 0 or 1`,
    ]);
  });

  test.for([0, 6, 365, 21.5])('certificatesExpiryDays is not %j', (days) => {
    expect(problemsOf(writeManifest(ofControlPlane('rolloutBefore', { certificatesExpiryDays: days })))).toHaveLength(1);
  });
});

describe('how workers are rolled out', () => {
  test('is read in both versions', () => {
    const settings = [
      ofWorkers(`${STRATEGY}.maxSurge`, '025%'),
      ofWorkers(`${STRATEGY}.maxUnavailable`, 2),
      ofWorkers(`${STRATEGY}.deletePolicy`, 'Oldest'),
      ofWorkers('rolloutAfter', '2026-03-09T09:00:00Z'),
      ofWorkers('minReadySeconds', 10),
    ];
    const expected = {
      rollout: { maxSurge: '25%', maxUnavailable: 2, after: Date.UTC(2026, 2, 9, 9) },
      deletePolicy: 'Oldest',
      minReadySeconds: 10,
    };
    const older = writeManifest(...settings, ofWorkers('progressDeadlineSeconds', 60));
    expect(parseGood(older).cluster.machineDeployments[0]).toMatchObject({ ...expected, progressDeadlineSeconds: 60 });
    expect(parseGood(toV1Beta2(writeManifest(...settings))).cluster.machineDeployments[0]).toMatchObject(expected);
  });

  test('amounts that OnDelete does not ask for are named, and left out', () => {
    const text = writeManifest(ofWorkers('strategy', { type: 'OnDelete', rollingUpdate: { maxSurge: 0, maxUnavailable: '50%' } }));
    const advice = 'with OnDelete a machine is replaced when somebody deletes it; leave it out';
    expect(warningsOf(text)).toEqual([`spec.${STRATEGY}.maxSurge: ${advice}`, `spec.${STRATEGY}.maxUnavailable: ${advice}`]);
    expect(warningsOf(toV1Beta2(text))).toHaveLength(2);
    const result = parseManifest(text);
    expect(result.ok && result.cluster.machineDeployments[0]?.rollout).toEqual({ strategy: 'OnDelete' });
  });

  test.for<readonly [maxSurge: unknown, maxUnavailable: unknown, isGood: boolean]>([
    [0, 0, false],
    [0, undefined, false],
    ['0%', undefined, false],
    ['0%', 0, false],
    [0, '0%', false],
    [undefined, 0, true],
    [0, 1, true],
    ['0%', '1%', true],
    ['1%', 0, true],
  ])('maxSurge %j with maxUnavailable %j: %s', ([maxSurge, maxUnavailable, isGood]) => {
    const text = writeManifest(ofWorkers(STRATEGY, { maxSurge, maxUnavailable }));
    const wrong = 'no machine could be replaced: maxUnavailable is 0 as well, which is its default; use 1 for maxSurge or for maxUnavailable';
    expect(problemsOf(text)).toEqual(isGood ? [] : [`spec.${STRATEGY}.maxSurge: ${wrong}`]);
    expect(problemsOf(toV1Beta2(text))).toEqual(isGood ? [] : [`spec.rollout.${STRATEGY}.maxSurge: ${wrong}`]);
  });

  test.for([-1, 1.5, 101, '101%', '-1%', '50', '5.5%', 'all', '', true, [1], {}])('an amount is not %j', (value) => {
    for (const field of ['maxSurge', 'maxUnavailable']) {
      expect(problemsOf(writeManifest(ofWorkers(`${STRATEGY}.${field}`, value)))).toEqual([
        `spec.${STRATEGY}.${field}: must be a number of machines or a percentage; use a number from 0 to 100, or a percentage from "0%" to "100%"`,
      ]);
    }
  });

  test('a deadline is later than a Machine can be ready', () => {
    const text = writeManifest(ofWorkers('minReadySeconds', 60), ofWorkers('progressDeadlineSeconds', 60));
    expect(problemsOf(text)).toEqual([
      'spec.progressDeadlineSeconds: a machine that must be ready for 60 s (minReadySeconds) would never be in time; use more than 60',
    ]);
    expect(problemsOf(writeManifest(ofWorkers('minReadySeconds', 60), ofWorkers('progressDeadlineSeconds', 61)))).toEqual([]);
  });
});

describe('a date and time', () => {
  test.for<readonly [string, number | undefined]>([
    ['2026-03-09T09:00:00Z', Date.UTC(2026, 2, 9, 9)],
    ['2026-03-09T09:00:00.25-05:30', Date.UTC(2026, 2, 9, 14, 30, 0, 250)],
    ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
    ['2026-02-29T00:00:00Z', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['2026-03-09T24:00:00Z', undefined],
    ['2026-03-09T09:60:00Z', undefined],
    ['2026-03-09 09:00:00Z', undefined],
    ['2026-03-09T09:00:00', undefined],
    ['2026-03-09', undefined],
    ['', undefined],
  ])('%j', ([text, time]) => {
    expect(parseDateTime(text)).toBe(time);
  });
});

const GATES = 'slipway.dev/approve-before';
const annotate = (kind: string, key: string, value: string): string => writeManifest({ kind, path: ['metadata', 'annotations', key], value });

describe('gates that wait for a person', () => {
  test.for<readonly [string, readonly string[]]>([
    ['control-plane', ['control-plane']],
    ['after-canary', ['after-canary']],
    [' after-canary , control-plane,', ['control-plane', 'after-canary']],
    ['control-plane,control-plane', ['control-plane']],
    ['', []],
  ])('%j', ([value, gates]) => {
    const { cluster, warnings } = parseGood(annotate('Cluster', GATES, value));
    expect(approvalGates(cluster.metadata)).toEqual(gates);
    expect(warnings).toEqual([]);
  });

  test('a word that is no gate is refused', () => {
    expect(problemsOf(annotate('Cluster', GATES, 'control-plane,canary'))).toEqual([
      `metadata.annotations[${GATES}]: there is no gate "canary"; use "control-plane" and "after-canary", separated by a comma`,
    ]);
  });

  test('none is left out without a word', () => {
    expect(warningsOf(annotate('Cluster', 'slipway.dev/approve', 'x'))).toEqual([
      `metadata.annotations[slipway.dev/approve]: Slipway has no annotation of this name here; use ${GATES} or slipway.dev/network-addon`,
    ]);
    expect(warningsOf(annotate('MachineDeployment', GATES, 'after-canary'))).toEqual([
      `metadata.annotations[${GATES}]: Slipway reads this annotation of a Cluster; put it on the Cluster`,
    ]);
    expect(warningsOf(annotate('KubeadmControlPlane', 'slipway.dev/approve', 'x'))).toEqual([
      'metadata.annotations[slipway.dev/approve]: Slipway has no annotation of this name here; leave it out',
    ]);
  });
});

const change = (...settings: readonly Setting[]) => compareDesired(parseGood(writeManifest()).cluster, parseGood(writeManifest(...settings)).cluster);
const control = (field: string) => `KubeadmControlPlane/demo-cp.spec.${field}`;

describe('a change of how Machines are replaced', () => {
  test('replaces none by itself, and is shown as manifests write it', () => {
    expect(
      change(
        ofControlPlane('rolloutAfter', '2026-03-09T10:00:00+01:00'),
        ofControlPlane('rolloutBefore', { certificatesExpiryDays: 21 }),
        ofControlPlane('machineTemplate.nodeDrainTimeout', '90s'),
      ),
    ).toEqual([
      { field: control('machineTemplate.nodeDrainTimeout'), from: undefined, to: '90s', effect: 'record' },
      { field: control('rolloutAfter'), from: undefined, to: '2026-03-09T09:00:00.000Z', effect: 'record' },
      { field: control('rolloutBefore.certificatesExpiryDays'), from: undefined, to: 21, effect: 'record' },
    ]);
  });

  test('a time limit of kubeadm join counts for the next that joins; others, and what join is told, for all', () => {
    const text = toV1Beta2(writeManifest());
    const join = (value: unknown) => parseGood(withField(text, { kind: 'KubeadmControlPlane', path: ['spec', 'kubeadmConfigSpec', 'joinConfiguration'], value })).cluster;
    const effects = (value: unknown) => compareDesired(parseGood(text).cluster, join(value)).map(({ effect }) => effect);
    expect(effects({ timeouts: { controlPlaneComponentHealthCheckSeconds: 100 } })).toEqual(['record']);
    expect(effects({ timeouts: { discoverySeconds: 100 } })).toEqual(['rollout']);
    expect(effects({ skipPhases: ['preflight'] })).toEqual(['rollout']);
  });

  test('no cluster moves to the simulator', () => {
    const { cluster } = parseGood(writeManifest());
    const infrastructure = { ...cluster.controlPlane.infrastructure, inMemory: {} };
    const simulated = { ...cluster, controlPlane: { ...cluster.controlPlane, infrastructure } };
    expect(compareDesired(cluster, simulated)).toContainEqual({ field: 'DevCluster(Cluster/demo).spec.backend', from: 'docker', to: 'inMemory', effect: 'immutable' });
  });
});
