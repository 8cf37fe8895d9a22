import { expect, test } from 'vitest';
import { chooseUploader } from '../../../../domain/kubeadm/choose-uploader.ts';
import type { Machine } from '../../../../domain/machine.ts';
import { machine } from '../support/clusters.ts';

const old = machine('cp-1', 'Running', { version: 'v1.33.13', createdAt: 1 });
const newer = machine('cp-2', 'Running', { version: 'v1.33.13', createdAt: 2 });
const next = (phase: Machine['phase']): Machine => machine('cp-3', phase, { version: 'v1.34.4', createdAt: 3 });

test.each([
  { name: 'one of the version that has joined', machines: [old, newer, next('Running')], machine: 'cp-3', node: 'cp-3' },
  { name: 'else one that has not, by the Node of another', machines: [old, newer, next('Provisioned')], machine: 'cp-3', node: 'cp-2' },
  { name: 'not one that cannot be reached yet: the newest that has joined', machines: [old, newer, next('Provisioning')], machine: 'cp-2', node: 'cp-2' },
  { name: 'not one on its way out', machines: [old, next('Deleting')], machine: 'cp-1', node: 'cp-1' },
])('$name', ({ machines, machine: name, node }) => {
  expect(chooseUploader([...machines, machine('w-1', 'Running', { version: 'v1.34.4' })], 'v1.34.4')).toMatchObject({ machine: { name }, node });
});

test('nobody, where no control plane has joined', () => {
  expect(chooseUploader([next('Provisioned'), machine('w-1', 'Running')], 'v1.34.4')).toBeUndefined();
});
