import { describe, expect, test } from 'vitest';
import { clusterUid as cluster, Drive, runningCluster } from './support/drive.ts';

const ended = (drive: Drive, name: string, stage: 'upload-config' | 'addons', version: string, step = 1) => {
  const request = { cluster, machine: name, operation: `kubeadm-${stage}-${step}`, stage, version, generation: 1001, waitMs: 0 };
  drive.ask('runCommand', request);
  return drive.ask('runCommand', request);
};
const etcdVersions = (drive: Drive): unknown => drive.ask('listMembers', { cluster, machine: 'cp-1' });

function clusterOf(version: string): Drive {
  const drive = new Drive();
  drive.ask('ensureLoadBalancer', { cluster, apiServerPort: 6443 });
  drive.addMachine('cp-1', 'control-plane', {}, version);
  drive.serveFrom(['cp-1']);
  expect(drive.bootstrap('cp-1', 'init')).toMatchObject({ exitCode: 0 });
  drive.wait(6000);
  return drive;
}

describe('versions', () => {
  test.each([
    ['v1.30.2', '3.5.35'],
    ['v1.33.13', '3.5.35'],
    ['v1.34.0', '3.6.5'],
    ['v1.40.1', '3.6.5'],
  ])('Kubernetes %s comes with etcd %s, and tests may have another', (kubernetes, etcd) => {
    const drive = clusterOf(kubernetes);
    expect(etcdVersions(drive)).toMatchObject([{ version: etcd }]);
    drive.ask('control/setEtcdVersion', { cluster, machine: 'cp-1', version: '3.5.24' });
    expect(etcdVersions(drive)).toMatchObject([{ version: '3.5.24' }]);
    expect(drive.cluster).toMatchObject({ uploadedVersion: kubernetes, addonsVersion: kubernetes });
  });

  test('a control plane wants the images of the uploaded version, and has its own', () => {
    const drive = clusterOf('v1.33.13');
    drive.addMachine('cp-2', 'control-plane', {}, 'v1.34.4');
    expect(drive.bootstrap('cp-2', 'join-control-plane')).toMatchObject({ exitCode: 1, output: expect.stringContaining('kube-apiserver:v1.33.13') });
    drive.reset('cp-2');
    expect(ended(drive, 'cp-1', 'upload-config', 'v1.34.4')).toMatchObject({ exitCode: 0 });
    expect(drive.bootstrap('cp-2', 'join-control-plane', 2001)).toMatchObject({ exitCode: 0 });
    drive.addMachine('cp-3', 'control-plane', {}, 'v1.33.13');
    expect(drive.bootstrap('cp-3', 'join-control-plane')).toMatchObject({ exitCode: 1, output: expect.stringContaining('kube-apiserver:v1.34.4') });
  });

  test('a worker reads any configuration from one minor below its kubeadm on', () => {
    const drive = clusterOf('v1.33.13');
    for (const [name, version, exitCode] of [['w-1', 'v1.30.0', 0], ['w-2', 'v1.34.4', 0], ['w-3', 'v1.35.0', 1]] as const) {
      drive.addMachine(name, 'worker', {}, version);
      expect(drive.bootstrap(name, 'join-worker')).toMatchObject({ exitCode });
    }
    expect(ended(drive, 'cp-1', 'upload-config', 'v1.31.0')).toMatchObject({ exitCode: 1, output: expect.stringContaining('>= 1.32.0. Current version: v1.31.0') });
    expect(drive.cluster.uploadedVersion).toBe('v1.33.13');
  });

  test('the add-ons follow when the last old control plane has gone', () => {
    const drive = clusterOf('v1.33.13');
    ended(drive, 'cp-1', 'upload-config', 'v1.34.4');
    drive.addMachine('cp-2', 'control-plane', {}, 'v1.34.4');
    drive.bootstrap('cp-2', 'join-control-plane');
    drive.serveFrom(['cp-1', 'cp-2']);
    drive.wait(6000);
    expect(ended(drive, 'cp-2', 'addons', 'v1.34.4')).toMatchObject({ exitCode: 3, output: expect.stringContaining('[cp-1] have not been upgraded') });
    drive.ask('deleteNode', { cluster, node: 'cp-1' });
    expect(ended(drive, 'cp-2', 'addons', 'v1.34.4', 2)).toMatchObject({ exitCode: 0 });
    expect(drive.cluster.addonsVersion).toBe('v1.34.4');
  });
});

test('certificates are made for a year when a control plane starts, and go with a reset', () => {
  const drive = runningCluster(1);
  const year = 365 * 24 * 60 * 60_000;
  expect(drive.ask('readCertificates', { cluster, machine: 'cp-1' })).toEqual({ validForMs: expect.closeTo(year, -6) });
  drive.wait(1000);
  drive.reset('cp-1');
  expect(drive.ask('readCertificates', { cluster, machine: 'cp-1' })).toMatchObject({ name: 'CertificateUnreadableError' });
});
