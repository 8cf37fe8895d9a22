import { describe, expect, test } from 'vitest';
import { chooseUndoTarget, revisionHistory, type Revision } from '../../../../domain/rollout/revision-history.ts';
import { now } from '../support/clusters.ts';
import { controlPlaneOwner, poolOwner, wholeCluster, withVersion } from './support/rolling.ts';

const { desired } = wholeCluster(3, 2, 'v1.33.13');
const scaled = { ...desired, machineDeployments: desired.machineDeployments.map((deployment) => ({ ...deployment, replicas: 5 })) };
const upgraded = withVersion(scaled, 'v1.34.4');
const fewer = { ...upgraded, controlPlane: { ...upgraded.controlPlane, replicas: 1 } };

const revision = (number: number, wanted: Revision['desired']): Revision => ({ revision: number, desired: wanted, actor: `actor-${number}`, reason: `reason ${number}`, at: now + number });
const revisions = [revision(1, desired), revision(2, scaled), revision(3, upgraded), revision(4, fewer)];

describe('the history of revisions', () => {
  test('says what each changed; of one owner those alone that changed it', () => {
    const all = revisionHistory(revisions);
    expect(all.leftOut).toBe(0);
    expect(all.revisions.map(({ revision: number, changes }) => [number, changes])).toEqual([
      [1, []],
      [2, ['MachineDeployment/demo-md-0.spec.replicas: 2 → 5']],
      [3, ['KubeadmControlPlane/demo-control-plane.spec.version: "v1.33.13" → "v1.34.4"', 'MachineDeployment/demo-md-0.spec.template.spec.version: "v1.33.13" → "v1.34.4"']],
      [4, ['KubeadmControlPlane/demo-control-plane.spec.replicas: 3 → 1']],
    ]);
    expect(revisionHistory(revisions, controlPlaneOwner).revisions.map(({ revision: number }) => number)).toEqual([1, 3, 4]);
    expect(revisionHistory(revisions, poolOwner).revisions.map(({ revision: number }) => number)).toEqual([1, 2, 3]);
  });

  test('shows no secret, and leaves the oldest out where the answer would be too large', () => {
    const secret = (value: string) => ({ ...desired, controlPlane: { ...desired.controlPlane, bootstrap: { ...desired.controlPlane.bootstrap, preKubeadmCommands: [{ ref: value }] } } });
    expect(JSON.stringify(revisionHistory([revision(1, desired), revision(2, secret('secret-1')), revision(3, secret('secret-2'))]))).not.toContain('secret-1');
    const many = Array.from({ length: 400 }, (_, index) => ({ ...revision(index + 1, index % 2 === 0 ? desired : scaled), reason: 'x'.repeat(1000) }));
    const shown = revisionHistory(many);
    expect(shown.leftOut).toBeGreaterThan(0);
    expect(shown.revisions.at(-1)?.revision).toBe(400);
    expect(shown.revisions.length + shown.leftOut).toBe(400);
  });
});

describe('what an undo goes back to', () => {
  const current = { revision: 4, desired: fewer };

  test.each([
    ['the whole cluster: the one before', {}, 3],
    ['a control plane whose newest change was in replicas: the one before its template changed', { owner: controlPlaneOwner }, 2],
    ['a pool', { owner: poolOwner }, 2],
    ['the one that is named', { toRevision: 1 }, 1],
  ])('%s', (_what, wanted, expected) => {
    expect(chooseUndoTarget(revisions, { current, ...wanted })).toMatchObject({ action: 'found', target: { revision: expected } });
  });

  test('once more is forth again, as by kubectl', () => {
    const undone = [...revisions, revision(5, upgraded)];
    expect(chooseUndoTarget(undone, { current: { revision: 5, desired: upgraded } })).toMatchObject({ target: { revision: 4 } });
  });

  test('not past a restart unasked: its template was the same before', () => {
    const restarted = { ...upgraded, machineDeployments: upgraded.machineDeployments.map((deployment) => ({ ...deployment, rollout: { ...deployment.rollout, after: now } })) };
    const all = [...revisions, revision(5, restarted)];
    const asked = { current: { revision: 5, desired: restarted }, owner: poolOwner };
    expect(chooseUndoTarget(all, asked)).toMatchObject({ action: 'none', reasons: [expect.stringMatching(/revision 5 restarted .*--to-revision 2/)] });
    expect(chooseUndoTarget(all, { ...asked, toRevision: 2 })).toMatchObject({ action: 'found', target: { revision: 2 } });
    expect(chooseUndoTarget(all, { ...asked, owner: controlPlaneOwner })).toMatchObject({ action: 'found' });
    const upgradedAfter = withVersion(restarted, 'v1.34.5');
    expect(chooseUndoTarget([...all, revision(6, upgradedAfter)], { current: { revision: 6, desired: upgradedAfter }, owner: poolOwner })).toMatchObject({ action: 'found', target: { revision: 5 } });
  });

  test('nothing where there is none', () => {
    expect(chooseUndoTarget(revisions, { current, toRevision: 9 })).toEqual({ action: 'none', reasons: ['there is no revision 9; there are 1, 2, 3, 4'] });
    expect(chooseUndoTarget([revision(1, desired)], { current: { revision: 1, desired } })).toEqual({ action: 'none', reasons: ['cluster/demo has no earlier revision with another template'] });
    expect(chooseUndoTarget([revision(1, desired), revision(2, scaled)], { current: { revision: 2, desired: scaled }, owner: poolOwner })).toMatchObject({ action: 'none' });
  });
});
