import { describe, expect, test } from 'vitest';
import { blockOperation } from '../../../domain/update-state.ts';
import { journalOf } from '../../../domain/journal.ts';
import { clusterWith, machine, now, step } from './support/clusters.ts';

const init = step('InitControlPlane', { machine: 'cp-1', state: 'Blocked', endedAt: now });
const namesake = step('InitControlPlane', { machine: 'cp-12', state: 'Blocked', endedAt: now });
const provision = step('ProvisionMachine', { machine: 'w-1', state: 'Done', endedAt: now });

function evidenceBySubject(at: string): Readonly<Record<string, string | undefined>> {
  const machines = [machine('cp-1', 'Bootstrapping'), machine('cp-12', 'Bootstrapping'), machine('w-1', 'Provisioned')];
  const state = clusterWith(machines, { steps: [init, namesake, provision] });
  const blocked = blockOperation(state, { at, error: 'KubeadmFailedError', message: 'exited with 3', attempts: 1 });
  const steps = journalOf(blocked).filter(({ kind }) => kind === 'step');
  return Object.fromEntries(steps.map(({ subject, evidence }) => [subject, evidence]));
}

describe('journalOf', () => {
  test.each([init.id, `${init.id}: kubeadm init (attempt 3 of 3)`])('a blocked step is journaled with why: %s', (at) => {
    expect(evidenceBySubject(at)).toEqual({ 'cp-1': 'exited with 3', 'cp-12': undefined, 'w-1': undefined });
  });

  test('evidence of a step that has not been blocked is nobody else’s', () => {
    expect(evidenceBySubject(provision.id)).toEqual({ 'cp-1': undefined, 'cp-12': undefined, 'w-1': undefined });
  });
});
