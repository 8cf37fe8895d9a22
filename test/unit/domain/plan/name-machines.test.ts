import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameMissingMachines, nameSuffix } from '../../../../domain/plan/name-machines.ts';
import { desired, machine } from '../support/clusters.ts';

/** A workflow's generator: the same sequence for the same start. */
function uuids(seed: number): () => string {
  let count = seed;
  return () => {
    count += 1;
    const hex = (Math.imul(count, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
    return `${hex}-${hex.slice(0, 4)}-4${hex.slice(1, 4)}-8${hex.slice(5)}-${hex}0000`;
  };
}

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

describe('names of Machines', () => {
  test('are DNS labels that nobody else has, one for each that is missing', () => {
    const check = fc.property(fc.constantFrom(1, 3, 5), fc.nat({ max: 40 }), fc.integer(), (controlPlanes, workers, seed) => {
      const names = nameMissingMachines({ desired: desired(controlPlanes, workers), existing: [], newUid: uuids(seed) }).map(({ name }) => name);
      return names.length === controlPlanes + workers && new Set(names).size === names.length && names.every((name) => label.test(name));
    });
    expect(fc.check(check, { numRuns: 200 })).toMatchObject({ failed: false });
  });

  test('come from their owner, and so does all else that is known of a Machine', () => {
    const named = nameMissingMachines({ desired: desired(1, 1), existing: [], newUid: uuids(1) });
    expect(named).toMatchObject([
      { name: expect.stringMatching(/^demo-control-plane-[a-z0-9]{5}$/), role: 'control-plane', owner: 'demo-control-plane', version: 'v1.34.4' },
      { name: expect.stringMatching(/^demo-md-0-[a-z0-9]{5}$/), role: 'worker', owner: 'demo-md-0', version: 'v1.34.4' },
    ]);
  });

  test('are the same for the same sequence of UUIDs: a replay names them again', () => {
    const request = { desired: desired(3, 3), existing: [] };
    expect(nameMissingMachines({ ...request, newUid: uuids(7) })).toEqual(nameMissingMachines({ ...request, newUid: uuids(7) }));
  });

  test('are given only to what is missing', () => {
    const request = { desired: desired(3, 2), newUid: uuids(1) };
    const existing = [machine('cp-1'), machine('w-1')];
    expect(nameMissingMachines({ ...request, existing }).map(({ owner }) => owner)).toEqual(['demo-control-plane', 'demo-control-plane', 'demo-md-0']);
    expect(nameMissingMachines({ ...request, existing: ['cp-1', 'cp-2', 'cp-3', 'w-1', 'w-2', 'w-3'].map((name) => machine(name)) })).toEqual([]);
  });

  test('that are taken are not given twice, even where the UUIDs say so', () => {
    const same = '00000000-0000-4000-8000-000000000000';
    const existing = machine('w-1', 'Running', { name: `demo-md-0-${nameSuffix(same)}` });
    const sequence = [same, same, '11111111-0000-4000-8000-000000000000', same];
    const [named] = nameMissingMachines({ desired: desired(0, 2), existing: [existing], newUid: () => sequence.shift() ?? '22222222-0000-4000-8000-000000000000' });
    expect(named?.name).toBe(`demo-md-0-${nameSuffix('11111111-0000-4000-8000-000000000000')}`);
  });

  test('end in letters that cannot be misread', () => {
    const check = fc.property(fc.uuid(), (uuid) => /^[bcdfghjklmnpqrstvwxz2456789]{5}$/.test(nameSuffix(uuid)));
    expect(fc.check(check)).toMatchObject({ failed: false });
  });

  describe('and failure domains', () => {
    const failureDomains = [
      { name: 'a', controlPlane: true },
      { name: 'b', controlPlane: true },
      { name: 'workers', controlPlane: false },
    ];
    const domainsOf = (controlPlanes: number, existing: readonly ReturnType<typeof machine>[] = []) =>
      nameMissingMachines({ desired: { ...desired(controlPlanes, 1), failureDomains }, existing, newUid: uuids(1) })
        .filter(({ role }) => role === 'control-plane')
        .map(({ failureDomain }) => failureDomain);

    test('control planes are spread evenly over those that take them', () => {
      expect(domainsOf(5)).toEqual(['a', 'b', 'a', 'b', 'a']);
    });

    test('the next one goes where the fewest stay; of equals where the fewest are of any kind', () => {
      const present = [machine('cp-1', 'Running', { failureDomain: 'a' }), machine('cp-2', 'Running', { failureDomain: 'b' })];
      expect(domainsOf(3, present)).toEqual(['a']);
      const leaving = machine('cp-1', 'Running', { failureDomain: 'a', deletion: { actor: 'ada', at: 1 } });
      expect(domainsOf(4, [leaving, machine('cp-2', 'Running', { failureDomain: 'b' }), machine('cp-3', 'Running', { failureDomain: 'a' })])).toEqual(['b', 'a']);
    });

    test('workers are in that of their MachineDeployment, and a cluster without any names none', () => {
      const plain = desired(1, 1);
      const placed = { ...plain, failureDomains, machineDeployments: plain.machineDeployments.map((deployment) => ({ ...deployment, failureDomain: 'workers' })) };
      const named = nameMissingMachines({ desired: placed, existing: [], newUid: uuids(1) });
      expect(named.map(({ failureDomain }) => failureDomain)).toEqual(['a', 'workers']);
      expect(nameMissingMachines({ desired: plain, existing: [], newUid: uuids(1) }).every((one) => !('failureDomain' in one))).toBe(true);
    });
  });
});
