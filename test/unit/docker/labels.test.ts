import { describe, expect, test } from 'vitest';
import { OwnedByAnotherError } from '../../../activities/docker/errors.ts';
import { assertOwned, clusterLabels, machineLabels, ownedBy, readMachineLabels } from '../../../activities/docker/labels.ts';
import { machineRequest } from './machine-request.ts';

const request = machineRequest();
const labels = machineLabels(request);

test('a Machine is read back from its labels alone', () => {
  const { machine, machineUid, role, owner, version, address, sshPort } = request;
  expect(readMachineLabels(labels)).toEqual({ machine, machineUid, role, owner, version, address, sshPort });
});

test('its failure domain is among them, where it has one', () => {
  const placed = machineLabels(machineRequest({ failureDomain: 'rack-a' }));
  expect(placed).toMatchObject({ 'dev.slipway.failure-domain': 'rack-a' });
  expect(readMachineLabels(placed)).toMatchObject({ failureDomain: 'rack-a' });
});

test.each(['machine', 'machine-uid', 'role', 'owner', 'version', 'address', 'ssh-port'])('without its label %s it is no Machine', (name) => {
  const { [`dev.slipway.${name}`]: _, ...rest } = labels;
  expect(readMachineLabels(rest)).toBeUndefined();
});

test('a load balancer is no Machine', () => {
  expect(readMachineLabels({ ...clusterLabels(request.cluster), 'dev.slipway.role': 'load-balancer' })).toBeUndefined();
});

test('the filter asks for installation and UID, never for a name', () => {
  const own = ['dev.slipway.installation=installation-1', 'dev.slipway.cluster-uid=cluster-1'];
  expect(ownedBy(request.cluster)).toEqual({ label: own });
  expect(ownedBy(request.cluster, 'machine-1')).toEqual({ label: [...own, 'dev.slipway.machine-uid=machine-1'] });
});

/** Whether a container with the labels `found` may be used. */
function check(found: Readonly<Record<string, string>>, expected = labels): () => void {
  return () => assertOwned({ what: 'container demo-x', labels: found, expected });
}

describe('ownership', () => {
  test('needs installation, cluster UID and Machine UID, whatever else the labels say', () => {
    expect(check({ ...labels, 'dev.slipway.owner': 'other', extra: 'label' })).not.toThrow();
    expect(check({ ...labels, 'dev.slipway.machine-uid': 'other' }, clusterLabels(request.cluster))).not.toThrow();
  });

  test.each(['installation', 'cluster-uid', 'machine-uid'])('fails on another %s', (name) => {
    expect(check({ ...labels, [`dev.slipway.${name}`]: 'other' })).toThrow(OwnedByAnotherError);
  });

  test('says what was found and that nothing was changed', () => {
    expect(check({ maintainer: 'somebody' })).toThrow(/^container demo-x .*no label of Slipway.*not touched, and nothing was made/);
    expect(check({ 'dev.slipway.cluster-uid': 'theirs' })).toThrow(/dev\.slipway\.cluster-uid=theirs.*wanted .*cluster-uid=cluster-1/);
  });
});
