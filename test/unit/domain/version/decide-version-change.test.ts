import { describe, expect, test } from 'vitest';
import type { DesiredCluster } from '../../../../api/desired-cluster.ts';
import { decideClusterVersions } from '../../../../domain/version/decide-cluster-versions.ts';
import { decideVersionChange, type VersionChange } from '../../../../domain/version/decide-version-change.ts';
import { isKnown, newestOf, type KnownVersions } from '../../../../domain/version/known-versions.ts';
import { desired, machine } from '../support/clusters.ts';

const REAL = ['v1.33.13', 'v1.34.4'] as const;

describe('how a control plane goes from one version to another', () => {
  type Row = readonly [current: string, wanted: string, known: KnownVersions, action: VersionChange['action'], hops: readonly string[]];
  test.for<Row>([
    ['v1.34.4', 'v1.34.4', REAL, 'keep', []],
    ['v1.30.0', 'v1.30.0', REAL, 'keep', []],
    ['v1.33.13', 'v1.34.4', REAL, 'upgrade', ['v1.34.4']],
    ['v1.33.1', 'v1.34.9', REAL, 'upgrade', ['v1.34.9']],
    ['v1.34.3', 'v1.34.4', REAL, 'upgrade', ['v1.34.4']],
    ['v1.34.0-rc.1', 'v1.34.4', REAL, 'upgrade', ['v1.34.4']],
    ['v1.32.0', 'v1.34.4', REAL, 'chain', ['v1.33.13', 'v1.34.4']],
    ['v1.31.0', 'v1.34.5', ['v1.32.1', 'v1.32.9', 'v1.33.13', 'v1.34.4'], 'chain', ['v1.32.9', 'v1.33.13', 'v1.34.5']],
    ['v1.31.0', 'v1.34.4', REAL, 'refuse', []],
    ['v1.33.7', 'v1.36.2', 'any', 'chain', ['v1.34.0', 'v1.35.0', 'v1.36.2']],
    ['v1.34.4', 'v1.35.0', REAL, 'refuse', []],
    ['v1.34.4', 'v1.34.5-rc.0', REAL, 'refuse', []],
    ['v1.34.4', 'v1.34.3', REAL, 'refuse', []],
    ['v1.34.4', 'v1.33.13', REAL, 'refuse', []],
    ['v1.34.4', 'v2.0.0', 'any', 'refuse', []],
    ['v1.34.4', 'latest', 'any', 'refuse', []],
  ])('%s → %s of %j: %s %j', ([current, wanted, known, action, hops]) => {
    expect(decideVersionChange({ current, wanted, known })).toMatchObject({ action, hops });
  });

  test.for<readonly [current: string, wanted: string, action: VersionChange['action']]>([
    ['v1.34.4', 'v1.34.3', 'downgrade'],
    ['v1.34.4', 'v1.33.13', 'downgrade'],
    ['v1.35.1', 'v1.33.13', 'refuse'],
    ['v1.33.13', 'v1.34.4', 'upgrade'],
  ])('an undo takes %s to %s: %s', ([current, wanted, action]) => {
    expect(decideVersionChange({ current, wanted, known: 'any', undo: true }).action).toBe(action);
  });

  test.for<readonly [current: string, wanted: string, known: KnownVersions, reason: string]>([
    ['v1.32.0', 'v1.34.4', REAL, 'one minor version at a time, each for the whole control plane: v1.32.0 → v1.33.13 → v1.34.4'],
    ['v1.34.4', 'v1.35.0', REAL, 'Kubernetes v1.35.0 is not known here; known are the releases of v1.33 (v1.33.13) and v1.34 (v1.34.4)'],
    ['v1.31.0', 'v1.34.4', REAL, 'v1.31.0 → v1.34.4 leads over v1.32, of which no release is known here: a control plane skips no minor version'],
    ['v1.34.4', 'v1.33.13', REAL, 'v1.33.13 is older than v1.34.4: a control plane goes back by slipway rollout undo, which takes an earlier revision, and by nothing else'],
  ])('%s → %s of %j says why', ([current, wanted, known, reason]) => {
    expect(decideVersionChange({ current, wanted, known }).reasons).toEqual([reason]);
  });
});

test.for<readonly [string, KnownVersions, boolean]>([
  ['v1.33.13', REAL, true],
  ['v1.33.99', REAL, true],
  ['v1.33.0-rc.1', REAL, false],
  ['v1.33.0-rc.1', ['v1.33.0-rc.1'], true],
  ['v1.35.0', REAL, false],
  ['v2.33.0', REAL, false],
  ['v1.99.0', 'any', true],
  ['v1.99', 'any', false],
])('%s of %j is known: %s', ([version, known, expected]) => {
  expect(isKnown(version, known)).toBe(expected);
});

test('of a minor version the newest known release stands on the way', () => {
  expect(newestOf({ major: 1, minor: 33 }, ['v1.33.9', 'v1.33.13', 'v1.34.4'])).toBe('v1.33.13');
  expect(newestOf({ major: 1, minor: 32 }, REAL)).toBeUndefined();
});

/** Of a reason that has more to say than counts here. */
const says = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const cluster = (controlPlane: string, workers: string, image: { readonly customImage?: string; readonly inMemory?: object } = {}): DesiredCluster => {
  const base = desired(3, 2);
  const infrastructure = { ...base.controlPlane.infrastructure, ...image };
  return {
    ...base,
    controlPlane: { ...base.controlPlane, version: controlPlane, infrastructure },
    machineDeployments: base.machineDeployments.map((deployment) => ({ ...deployment, version: workers, infrastructure })),
  };
};
const machines = (versions: Readonly<Record<string, string>>) => Object.entries(versions).map(([name, version]) => machine(name, 'Running', { version }));
const DEPLOYMENT = 'MachineDeployment/demo-md-0 spec.template.spec.version';
const CONTROL_PLANE = 'KubeadmControlPlane/demo-control-plane spec.version';

describe('what a cluster may be asked for, before anything is begun', () => {
  type Row = readonly [name: string, wanted: DesiredCluster, machines: Readonly<Record<string, string>>, action: VersionChange['action'], reasons?: readonly unknown[]];
  test.for<Row>([
    ['a new cluster', cluster('v1.33.13', 'v1.33.13'), {}, 'keep'],
    ['one of a release that set-up can build', cluster('v1.34.1', 'v1.33.2'), {}, 'keep'],
    ['one of an unknown version', cluster('v1.40.0', 'v1.40.0'), {}, 'refuse', [says(/^KubeadmControlPlane.*v1\.40\.0 is not known/), says(/^MachineDeployment.*v1\.40\.0 is not known/)]],
    ['an image of its own', cluster('v1.40.0', 'v1.40.0', { customImage: 'mine/node:v1.40.0' }), {}, 'keep'],
    ['a simulated one', cluster('v1.40.0', 'v1.40.0', { inMemory: {} }), {}, 'keep'],
    ['an upgrade', cluster('v1.34.4', 'v1.34.4'), { 'cp-1': 'v1.33.13', 'w-1': 'v1.33.13' }, 'upgrade'],
    ['one that is half done, again', cluster('v1.34.4', 'v1.34.4'), { 'cp-1': 'v1.33.13', 'cp-2': 'v1.34.4' }, 'upgrade'],
    ['workers that stay behind', cluster('v1.34.4', 'v1.33.13'), { 'cp-1': 'v1.33.13', 'w-1': 'v1.33.13' }, 'upgrade'],
    ['simulated, several minors', cluster('v1.36.0', 'v1.36.0', { inMemory: {} }), { 'cp-1': 'v1.33.13', 'w-1': 'v1.33.13' }, 'chain'],
    ['several minors in one image', cluster('v1.36.0', 'v1.36.0', { customImage: 'mine/node:1' }), { 'cp-1': 'v1.33.13' }, 'refuse', [says(/customImage mine\/node:1 is an image of one: apply each minor version/)]],
    ['workers newer than the control plane', cluster('v1.33.13', 'v1.34.4'), { 'cp-1': 'v1.33.13' }, 'refuse', [`${DEPLOYMENT}: v1.34.4 must not be newer than the control plane, which is v1.33.13; use v1.33.13 or older, or raise the KubeadmControlPlane's spec.version`]],
    ['workers that go back', cluster('v1.34.4', 'v1.33.13'), { 'cp-1': 'v1.34.4', 'w-1': 'v1.34.4' }, 'refuse', [`${DEPLOYMENT}: v1.33.13 is older than v1.34.4: workers go back by slipway rollout undo machinedeployment/demo-md-0`]],
    ['half an upgrade that goes back by apply', cluster('v1.33.13', 'v1.33.13'), { 'cp-1': 'v1.33.13', 'cp-2': 'v1.34.4' }, 'refuse', [says(/^KubeadmControlPlane.*v1\.33\.13 is older than v1\.34\.4.*rollout undo/)]],
    ['a version that is not built any more, as it is', cluster('v1.30.1', 'v1.30.1'), { 'cp-1': 'v1.30.1', 'w-1': 'v1.30.1' }, 'keep'],
  ])('%s', ([, wanted, versions, action, reasons]) => {
    const change = decideClusterVersions({ desired: wanted, machines: machines(versions), known: REAL });
    expect(change).toMatchObject({ action, reasons: reasons ?? change.reasons });
  });

  test('everything that speaks against it comes at once, by object', () => {
    const { reasons } = decideClusterVersions({ desired: cluster('v1.33.13', 'v1.34.4'), machines: machines({ 'cp-1': 'v1.34.4', 'w-1': 'v1.34.4' }), known: REAL });
    expect(reasons.map((reason) => reason.split(':')[0])).toEqual([CONTROL_PLANE, DEPLOYMENT]);
  });

  test('an undo goes back with all of it', () => {
    const facts = { machines: machines({ 'cp-1': 'v1.33.13', 'cp-2': 'v1.34.4', 'w-1': 'v1.33.13' }), known: REAL, undo: true };
    expect(decideClusterVersions({ ...facts, desired: cluster('v1.33.13', 'v1.33.13') })).toMatchObject({ action: 'downgrade', hops: ['v1.33.13'] });
  });
});
