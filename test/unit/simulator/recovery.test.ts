import { describe, expect, test } from 'vitest';
import { endpointAnswers } from '../../../simulator/rules/endpoint.ts';
import { clusterUid as cluster, Drive, runningCluster } from './support/drive.ts';

const id = '20261121-144055-x7k2p9';
const write = (drive: Drive, key: string): unknown => drive.ask('control/write', { cluster, key, value: key });

/** Two of three are lost for good; what is left is stopped, and a new Machine has the snapshot. */
function lost(): Drive {
  const drive = runningCluster(3);
  write(drive, 'before');
  const snapshot = JSON.stringify(drive.ask('takeSnapshot', { cluster, machine: 'cp-1', id }));
  write(drive, 'after');
  for (const machine of ['cp-2', 'cp-3']) drive.ask('control/setPower', { cluster, machine, on: false });
  drive.wait(3000);
  drive.ask('stopControlPlane', { cluster, machine: 'cp-1' });
  drive.addMachine('cp-4', 'control-plane');
  drive.serveFrom(['cp-4']);
  drive.ask('deliverSnapshot', { cluster, machine: 'cp-4', id, snapshot });
  return drive;
}

function restore(drive: Drive, backup = id): { readonly exitCode: number; readonly output: string } {
  drive.ask('writeFiles', { cluster, machine: 'cp-4', role: 'init', paths: [] });
  drive.ask('runCommand', { cluster, machine: 'cp-4', operation: 'kubeadm-restore', stage: 'restore', generation: 1001, backup, waitMs: 0 });
  return drive.untilEnded('cp-4', 'restore');
}

describe('a control plane that is stopped', () => {
  test('answers nobody, and does not come back with its Machine', () => {
    const drive = runningCluster(1);
    drive.ask('stopControlPlane', { cluster, machine: 'cp-1' });
    for (const on of [false, true]) drive.ask('control/setPower', { cluster, machine: 'cp-1', on });
    drive.wait(30_000);
    expect(endpointAnswers(drive.cluster)).toBe(false);
    expect(drive.ask('stopControlPlane', { cluster, machine: 'cp-1' })).toBeNull();
  });

  test('cannot be told so where its Machine does not answer', () => {
    const drive = runningCluster(1);
    drive.ask('control/setPower', { cluster, machine: 'cp-1', on: false });
    expect(drive.ask('stopControlPlane', { cluster, machine: 'cp-1' })).toMatchObject({ name: 'SshUnreachableError' });
  });
});

describe('a snapshot that is restored', () => {
  test('is the cluster again: one member of its own, what was in it and nothing later, at higher revisions', () => {
    const drive = lost();
    const { revision } = drive.cluster.etcd;
    expect(restore(drive)).toMatchObject({ exitCode: 0 });
    expect(drive.cluster.etcd.members.map(({ name, learner }) => ({ name, learner }))).toEqual([{ name: 'cp-4', learner: false }]);
    expect(drive.cluster.etcd.values).toMatchObject({ before: 'before' });
    expect(drive.cluster.etcd.values).not.toHaveProperty('after');
    expect(drive.cluster.etcd.revision).toBeGreaterThan(revision + 900_000_000);
    expect(drive.cluster.nodes.map(({ name }) => name)).toEqual(expect.arrayContaining(['cp-1', 'cp-2', 'cp-3', 'cp-4']));
    expect(write(drive, 'afterwards')).not.toHaveProperty('name');
  });

  test('has to be there: kubeadm fails for one that was not delivered', () => {
    expect(restore(lost(), '20261121-144055-aaaaaa')).toMatchObject({ exitCode: 1, output: expect.stringContaining('etcd-snapshot.db') });
  });

  test('is refused where it is none of this etcd', () => {
    const drive = lost();
    expect(drive.ask('deliverSnapshot', { cluster, machine: 'cp-4', id, snapshot: 'etcd' })).toMatchObject({ name: 'SnapshotFailedError' });
  });
});
