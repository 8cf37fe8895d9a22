import { describe, expect, test } from 'vitest';
import type { Amount } from '../../../../api/rollout-settings.ts';
import { canonicalHash } from '../../../../domain/rollout/canonical-hash.ts';
import { outdatedReasons, type OutdatedBy } from '../../../../domain/rollout/outdated.ts';
import { resolveAmounts } from '../../../../domain/rollout/resolve-amount.ts';
import { wantedTemplates } from '../../../../domain/rollout/wanted-templates.ts';
import { machine, now } from '../support/clusters.ts';
import { image, newer, older, pool, upgraded, wanted, withControlPlane, withPools } from './support/wishes.ts';

describe('maxSurge and maxUnavailable', () => {
  const rows: readonly (readonly [replicas: number, maxSurge: Amount | undefined, maxUnavailable: Amount | undefined, surge: number, unavailable: number])[] = [
    [3, undefined, undefined, 1, 0],
    [3, 2, 1, 2, 1],
    [10, '25%', '25%', 3, 2],
    [3, '10%', '10%', 1, 0],
    [1, '100%', '100%', 1, 1],
    [4, 0, 0, 0, 1],
    [4, 0, '10%', 0, 1],
    [4, '0%', '0%', 0, 1],
    [0, '50%', '50%', 0, 1],
  ];
  test.each(rows)('of %s replicas: %s and %s are %s and %s', (replicas, maxSurge, maxUnavailable, surge, unavailable) => {
    const amounts = { ...(maxSurge === undefined ? {} : { maxSurge }), ...(maxUnavailable === undefined ? {} : { maxUnavailable }) };
    expect(resolveAmounts(replicas, amounts)).toEqual({ maxSurge: surge, maxUnavailable: unavailable });
  });
});

const day = 24 * 60 * 60 * 1000;
const by = (facts: Partial<OutdatedBy> = {}): OutdatedBy => ({ template: { hash: 'aaaa', version: newer }, infrastructure: { extraMounts: [] }, asOf: now, ...facts });
const made = { version: newer, template: 'aaaa', createdAt: now - day };

describe('why a Machine is replaced', () => {
  const rows: readonly (readonly [why: string, made: object, wanted: Partial<OutdatedBy>, reasons: readonly string[]])[] = [
    ['it is as wanted', made, {}, []],
    ['another version', { ...made, version: older }, {}, [`version ${older} → ${newer}`]],
    ['another template', { ...made, template: 'bbbb' }, {}, ['template bbbb → aaaa']],
    ['a template of before they were remembered', { version: newer }, {}, []],
    ['the same, of another image', { version: newer }, { infrastructure: { extraMounts: [], customImage: 'b' } }, ['its infrastructure template has changed']],
    ['all from some moment on', made, { rollout: { after: now } }, [`made before ${new Date(now).toISOString()}, from which on all are replaced`]],
    ['that moment is yet to come', made, { rollout: { after: now + 1 } }, []],
    ['it was made after it', { ...made, createdAt: now }, { rollout: { after: now } }, []],
    ['certificates that expire', { ...made, createdAt: now - 351 * day }, { rollout: { certificatesExpiryDays: 14 } }, ['its certificates expire within 14 days']],
    ['certificates that do not yet', { ...made, createdAt: now - 350 * day }, { rollout: { certificatesExpiryDays: 14 } }, []],
  ];
  test.each(rows)('%s', (_why, facts, wish, reasons) => {
    expect(outdatedReasons(machine('w-1', 'Running', facts), by(wish))).toEqual(reasons);
  });
});

describe('what new Machines are made from', () => {
  const cluster = wanted(3, [{ replicas: 2 }]);
  const both = upgraded(cluster);
  const workerOf = (machines: Parameters<typeof wantedTemplates>[0]['machines'], desired = both): string | undefined => wantedTemplates({ desired, machines }).workers.get(pool)?.version;
  const [cp1, cp2] = [machine('cp-1', 'Running', { version: older }), machine('cp-2', 'Running', { version: newer })];

  test('workers: the version of the oldest control plane, until that is gone', () => {
    expect(workerOf([cp1, cp2])).toBe(older);
    expect(workerOf([{ ...cp1, phase: 'Deleting' }, cp2])).toBe(older);
    expect(workerOf([cp2])).toBe(newer);
    // One that has yet to join serves nobody.
    expect(workerOf([cp2, machine('cp-3', 'Provisioned', { version: older })])).toBe(newer);
    expect(workerOf([])).toBe(newer);
    expect(workerOf([cp2], withControlPlane({ version: newer })(cluster))).toBe(older);
  });

  test('a hash changes with what a Machine cannot take over, and with nothing else', () => {
    const hashOf = (desired = cluster): string | undefined => wantedTemplates({ desired, machines: [] }).workers.get(pool)?.hash;
    const inPlace = { replicas: 9, minReadySeconds: 5, deletePolicy: 'Newest', machineMetadata: { labels: { a: 'b' }, annotations: {} }, taints: [], deletion: { drainTimeoutMs: 1 }, rollout: { maxSurge: 3 } } as const;
    expect(hashOf(withPools(inPlace)(cluster))).toBe(hashOf());
    expect(hashOf(withPools(image('b'))(cluster))).not.toBe(hashOf());
    expect(hashOf(withPools({ failureDomain: 'b' })(cluster))).not.toBe(hashOf());
    expect(hashOf(withPools({ version: newer })(cluster))).not.toBe(hashOf());
  });

  test('a hash does not know the order of keys, nor of what is undefined', () => {
    expect(canonicalHash({ a: 1, b: [{ c: 2, d: undefined }] })).toBe(canonicalHash({ b: [{ c: 2 }], a: 1 }));
    expect(canonicalHash([1, 2])).not.toBe(canonicalHash([2, 1]));
  });
});
