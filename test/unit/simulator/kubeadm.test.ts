import { describe, expect, test } from 'vitest';
import { clusterUid as cluster, Drive, runningCluster } from './support/drive.ts';

function seconds(startup: number, startupJitter = 0) {
  return { startupMilliseconds: startup * 1000, startupJitter };
}

describe('kubeadm init', () => {
  test('takes the times of the manifest, and those that etcd, HAProxy and the kubelet take themselves', () => {
    const drive = new Drive();
    drive.ask('ensureLoadBalancer', { cluster, apiServerPort: 6443 });
    drive.addMachine('cp-1', 'control-plane', { vm: seconds(2), etcd: seconds(3), apiServer: seconds(4), node: seconds(5) });
    drive.serveFrom(['cp-1']);
    expect(drive.ask('waitForSsh', { cluster, machine: 'cp-1', waitMs: 0 })).toMatchObject({ done: false });
    expect(drive.startKubeadm('cp-1', 'init')).toMatchObject({ name: 'SshUnreachableError' });
    drive.wait(2000);
    expect(drive.ask('waitForSsh', { cluster, machine: 'cp-1', waitMs: 0 })).toEqual({ done: true });
    const { exitCode, took } = drive.bootstrap('cp-1', 'init');
    expect(exitCode).toBe(0);
    expect(took).toBeGreaterThanOrEqual(7000);
    // HAProxy's check, once a second.
    expect(took).toBeLessThanOrEqual(8100);
    expect(drive.ask('waitForNode', { cluster, node: 'cp-1', waitMs: 0 })).toMatchObject({ done: false });
    drive.wait(5000);
    expect(drive.ask('waitForNode', { cluster, node: 'cp-1', waitMs: 0 })).toMatchObject({ done: true, node: { ready: 'True' } });
  });

  test('without bootstrap data it fails; reset and with it, the next generation succeeds', () => {
    const drive = new Drive();
    drive.ask('ensureLoadBalancer', { cluster, apiServerPort: 6443 });
    drive.addMachine('cp-1', 'control-plane');
    drive.serveFrom(['cp-1']);
    drive.look('cp-1', 'init', 11_001);
    expect(drive.look('cp-1', 'init', 11_002)).toMatchObject({ exitCode: 1, output: expect.stringContaining('kubeadm.yaml') });
    expect(drive.bootstrap('cp-1', 'init', 12_001)).toMatchObject({ exitCode: 0 });
    expect(drive.look('cp-1', 'init', 13_001)).toMatchObject({ exitCode: 0 });
    expect(drive.look('cp-1', 'init', 11_003)).toMatchObject({ name: 'FencedAttemptError' });
  });
});

describe('kubeadm join', () => {
  test('of a control plane waits until the voters have been connected for 5 s', () => {
    const drive = runningCluster(1);
    for (const name of ['cp-2', 'cp-3']) drive.addMachine(name, 'control-plane');
    expect(drive.bootstrap('cp-2', 'join-control-plane').took).toBeLessThan(2000);
    const { took } = drive.bootstrap('cp-3', 'join-control-plane');
    expect(took).toBeGreaterThan(4000);
    expect(took).toBeLessThanOrEqual(5100);
  });

  test('of a worker needs an API server behind the load balancer', () => {
    const drive = runningCluster(1);
    drive.serveFrom([]);
    drive.addMachine('w-1', 'worker');
    const { exitCode, output, took } = drive.bootstrap('w-1', 'join-worker');
    expect({ exitCode, output, took }).toMatchObject({ exitCode: 1, output: expect.stringContaining('discovery'), took: 240_000 });
  });

  test.each([
    { phase: 'etcd-add', members: 1 },
    { phase: 'etcd-promote', members: 2 },
    { phase: 'control-plane', members: 2 },
  ])('that fails in $phase leaves $members members; removed and reset, it joins', ({ phase, members }) => {
    const drive = runningCluster(1);
    drive.addMachine('cp-2', 'control-plane');
    drive.ask('control/addFault', { cluster, id: 'f', operation: `kubeadm/${phase}`, effect: { kind: 'fail' }, times: 1 });
    expect(drive.bootstrap('cp-2', 'join-control-plane', 11_001)).toMatchObject({ exitCode: 1, output: expect.stringContaining(phase) });
    expect(drive.cluster.etcd.members).toHaveLength(members);
    drive.wait(10_000);
    expect(drive.ask('removeMember', { cluster, machine: 'cp-1', memberId: drive.member('cp-2')?.id ?? 'none' })).toBeNull();
    expect(drive.reset('cp-2', 11_001)).toMatchObject({ exitCode: 0 });
    expect(drive.look('cp-2', 'prepare', 10_999)).toMatchObject({ name: 'FencedAttemptError' });
    expect(drive.bootstrap('cp-2', 'join-control-plane', 12_001)).toMatchObject({ exitCode: 0 });
    expect(drive.cluster.etcd.members.map(({ learner }) => learner)).toEqual([false, false]);
  });

  test('a learner that does not catch up is given up by kubeadm and left behind', () => {
    const drive = runningCluster(1);
    drive.addMachine('cp-2', 'control-plane');
    drive.ask('control/setTimes', { cluster, machine: 'cp-2', times: { catchUp: 1e9 } });
    expect(drive.bootstrap('cp-2', 'join-control-plane')).toMatchObject({ exitCode: 1, took: 120_000 });
    expect(drive.member('cp-2')).toMatchObject({ learner: true });
  });

  test('a machine that stops while it joins ends the command; started again it joins in the next generation', () => {
    const drive = runningCluster(1);
    drive.addMachine('w-1', 'worker');
    drive.ask('control/addFault', { cluster, id: 'f', operation: 'kubeadm/kubelet', effect: { kind: 'hang' }, times: 1 });
    drive.startKubeadm('w-1', 'join-worker', 11_001);
    drive.wait(500);
    drive.ask('control/setPower', { cluster, machine: 'w-1', on: false });
    expect(drive.look('w-1', 'join', 11_002)).toMatchObject({ name: 'SshUnreachableError' });
    drive.ask('control/setPower', { cluster, machine: 'w-1', on: true });
    expect(drive.look('w-1', 'join', 11_003)).toMatchObject({ exitCode: 255 });
    expect(drive.bootstrap('w-1', 'join-worker', 12_001)).toMatchObject({ exitCode: 0 });
  });
});

test('a Node whose machine is gone is Unknown after 50 s; one that is back is Ready again', () => {
  const drive = runningCluster(1, 2);
  drive.ask('control/setPower', { cluster, machine: 'w-1', on: false });
  drive.wait(49_999);
  expect(drive.cluster.nodes.map(({ ready }) => ready)).toEqual(['True', 'True', 'True']);
  drive.wait(1);
  expect(drive.cluster.nodes.map(({ ready }) => ready)).toEqual(['True', 'Unknown', 'True']);
  drive.ask('control/setPower', { cluster, machine: 'w-1', on: true });
  expect(drive.cluster.nodes.map(({ ready }) => ready)).toEqual(['True', 'True', 'True']);
});

test('the load balancer notices at its next check, a second later at most', () => {
  const drive = runningCluster(3);
  drive.ask('control/setPower', { cluster, machine: 'cp-2', on: false });
  const states = (): unknown => drive.ask('listBackends', { cluster });
  drive.wait(1000);
  expect(states()).toMatchObject([{ name: 'cp-1' }, { name: 'cp-2', state: 'down' }, { name: 'cp-3' }]);
  drive.ask('control/setPower', { cluster, machine: 'cp-2', on: true });
  drive.wait(4000);
  expect(states()).toMatchObject([{ state: 'up' }, { state: 'up' }, { state: 'up' }]);
});
