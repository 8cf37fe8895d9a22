import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createSshCommandRunner } from '../../../activities/ssh/command-runner.ts';
import { waitForSsh } from '../../../activities/ssh/wait-for-ssh.ts';
import { createKeyPair } from '../../unit/ssh/in-process-server.ts';
import { createTestCluster, listObjects, lookInside } from './test-cluster.ts';

test('a Machine is a running container with its address, port, name, labels and keys', async () => {
  const { docker, provider, signal, wantMachine, allocation, cluster } = await createTestCluster();
  const request = { ...(await wantMachine('w-1')), serviceSubnets: ['10.96.0.0/12'] };
  const { machine, machineUid, role, owner, version, address, sshPort } = request;
  const observed = { machine, machineUid, role, owner, version, address, sshPort, state: 'running' };

  expect(await provider.ensureMachine(request, signal)).toEqual(observed);
  expect(await provider.listMachines(cluster, signal)).toEqual([observed]);

  const { NetworkSettings, HostConfig } = await docker.getContainer(machine).inspect();
  expect(NetworkSettings.Networks[`slipway-${cluster.name}`]).toMatchObject({ IPAddress: address, Gateway: allocation.gateway });
  expect(NetworkSettings.Ports['22/tcp']).toEqual([{ HostIp: '127.0.0.1', HostPort: String(sshPort) }]);
  expect(HostConfig.Privileged).toBe(false);
  expect(await lookInside(docker, machine, 'hostname')).toBe(machine);
  const files = '/root/.ssh /root/.ssh/authorized_keys /etc/ssh/ssh_host_ed25519_key';
  expect(await lookInside(docker, machine, `stat -c '%a %U %n' ${files}; cat /etc/slipway/service-subnets`)).toBe(
    ['700 root /root/.ssh', '600 root /root/.ssh/authorized_keys', '600 root /etc/ssh/ssh_host_ed25519_key', '10.96.0.0/12'].join('\n'),
  );
});

test('its sshd answers with the host key and takes the cluster key', async () => {
  const { provider, signal, wantMachine, cluster } = await createTestCluster();
  const [client, host] = [createKeyPair(), createKeyPair()];
  const request = { ...(await wantMachine('w-1')), sshAuthorizedKey: client.publicKey, sshHostKey: host.privateKey };
  await provider.ensureMachine(request, signal);
  const runner = createSshCommandRunner({ keys: { clientKey: async () => client.privateKey, hostKey: async () => host.publicKey } });
  onTestFinished(() => runner.close());
  const target = { clusterUid: cluster.uid, machine: request.machine, machineUid: request.machineUid, host: '127.0.0.1', port: request.sshPort };
  await waitForSsh({ runner, target, signal, timeoutMs: 60_000, onProgress: () => undefined });
  // A host without modules has none to give.
  const modules = existsSync('/lib/modules') ? '/lib/modules' : '';
  const capabilities = `grep CapEff /proc/self/status; test -w /proc/sys/net/ipv4/ip_forward && ls -d /dev/kmsg ${modules}`;
  expect((await runner.run(target, capabilities, { signal, timeoutMs: 10_000 })).exitCode).toBe(0);
});

test('ensuring twice, at once and again, makes one container', async () => {
  const { docker, provider, signal, wantMachine, cluster } = await createTestCluster();
  const request = await wantMachine('w-1');
  await Promise.all([provider.ensureMachine(request, signal), provider.ensureMachine(request, signal), provider.ensureMachine(request, signal)]);
  const { Id, State } = await docker.getContainer(request.machine).inspect();
  await provider.ensureMachine(request, signal);
  const again = await docker.getContainer(request.machine).inspect();
  expect([again.Id, again.State.StartedAt]).toEqual([Id, State.StartedAt]);
  expect(await provider.listMachines(cluster, signal)).toHaveLength(1);
});

test('a container that a killed attempt left without its keys is completed', async () => {
  const { docker, provider, signal, wantMachine } = await createTestCluster();
  const request = await wantMachine('w-1');
  await provider.ensureMachine(request, signal);
  const complete = await docker.getContainer(request.machine).inspect();
  await docker.getContainer(request.machine).remove({ force: true, v: true });
  const halfMade = await docker.createContainer({
    name: request.machine,
    Hostname: complete.Config.Hostname ?? '',
    Image: complete.Config.Image,
    Labels: complete.Config.Labels,
    HostConfig: complete.HostConfig,
  });

  await provider.ensureMachine(request, signal);

  expect((await docker.getContainer(request.machine).inspect()).Id).toBe(halfMade.id);
  expect(await lookInside(docker, request.machine, 'cat /root/.ssh/authorized_keys')).toBe(request.sshAuthorizedKey);
});

test.each(['stop', 'pause'] as const)('a Machine that somebody told to %s is brought up again, with its address and port', async (verb) => {
  const { docker, provider, signal, wantMachine, cluster } = await createTestCluster();
  const request = await wantMachine('w-1');
  await provider.ensureMachine(request, signal);
  const container = docker.getContainer(request.machine);
  await (verb === 'stop' ? container.kill() : container.pause());
  expect((await provider.listMachines(cluster, signal)).map(({ state }) => state)).toEqual(['stopped']);

  await provider.ensureMachine(request, signal);

  const { NetworkSettings, State } = await container.inspect();
  expect(State.Status).toBe('running');
  expect(NetworkSettings.Networks[`slipway-${cluster.name}`]?.IPAddress).toBe(request.address);
  expect(NetworkSettings.Ports['22/tcp']?.[0]?.HostPort).toBe(String(request.sshPort));
  const state = async () => lookInside(docker, request.machine, 'systemctl is-active containerd ssh; stat -c %a /tmp /run');
  await expect.poll(state, { timeout: 30_000, interval: 200 }).toBe('active\nactive\n1777\n755');
});

test('the same name with another UID, or made by hand, is refused and not touched', async () => {
  const { docker, provider, signal, wantMachine } = await createTestCluster();
  const request = await wantMachine('w-1');
  const stranger = await docker.createContainer({ name: request.machine, Image: 'slipway/haproxy:2.6' });
  onTestFinished(() => stranger.remove({ force: true }));
  const before = await stranger.inspect();

  await expect(provider.ensureMachine(request, signal)).rejects.toThrow(
    expect.objectContaining({ name: 'OwnedByAnotherError', message: expect.stringContaining('no label of Slipway') }),
  );
  await provider.deleteMachine(request, signal);
  expect(await stranger.inspect()).toEqual(before);

  const other = await wantMachine('w-2');
  await provider.ensureMachine(other, signal);
  await expect(provider.ensureMachine({ ...other, machineUid: randomUUID() }, signal)).rejects.toThrow(/somebody else's/);
});

test('deleting a Machine takes its container, volume and port, and leaves its neighbour', async () => {
  const testCluster = await createTestCluster();
  const { provider, signal, wantMachine, cluster, store } = testCluster;
  const [first, second] = [await wantMachine('w-1'), await wantMachine('w-2')];
  await Promise.all([provider.ensureMachine(first, signal), provider.ensureMachine(second, signal)]);

  await provider.deleteMachine(first, signal);
  await provider.deleteMachine(first, signal);

  expect(await listObjects(testCluster)).toEqual([`container ${second.machine}`, `network slipway-${cluster.name}`, 'volume']);
  const claimed = (await store.list('claims/ports/')).map((key) => Number(key.split('/').at(-1)));
  expect(claimed).toContain(second.sshPort);
  expect(claimed).not.toContain(first.sshPort);
});

test('a volume whose container was removed by hand is found and removed with the Machine', async () => {
  const testCluster = await createTestCluster();
  const { docker, provider, signal, wantMachine, cluster } = testCluster;
  const request = await wantMachine('w-1');
  await provider.ensureMachine(request, signal);
  await docker.getContainer(request.machine).remove({ force: true });
  expect(await listObjects(testCluster)).toContain('volume');
  await provider.deleteMachine(request, signal);
  expect(await listObjects(testCluster)).toEqual([`network slipway-${cluster.name}`]);
});

test('a mount of the manifest is there; one whose source is missing is named', async () => {
  const { docker, provider, signal, wantMachine } = await createTestCluster();
  const request = await wantMachine('w-1');
  const mount = { hostPath: '/usr/share', containerPath: '/var/local/shared', readOnly: true };
  await provider.ensureMachine({ ...request, spec: { extraMounts: [mount] } }, signal);
  expect(await lookInside(docker, request.machine, 'findmnt -n -o OPTIONS /var/local/shared | cut -d, -f1; ls /var/local/shared | wc -l')).toMatch(/^ro\n[1-9]/);

  const missing = { ...mount, hostPath: '/nonexistent/slipway' };
  await expect(provider.ensureMachine({ ...(await wantMachine('w-2')), spec: { extraMounts: [missing] } }, signal)).rejects.toThrow(
    '/nonexistent/slipway',
  );
});

/** The shell that prints what containerd is configured by, once the unit is active. */
const podNetworkOnce = (unit: string): string => `until systemctl is-active --quiet ${unit} 2>/dev/null; do sleep 0.1; done; ls /etc/cni/net.d`;
const podNetworkSchema = z.object({ plugins: z.tuple([z.object({ mtu: z.number(), ipam: z.object({ ranges: z.array(z.array(z.object({ subnet: z.string() }))) }) }), z.unknown()]) });

test('its Pods have to wait until flannel has a lease, and again after a restart', async () => {
  const { docker, provider, signal, wantMachine } = await createTestCluster();
  const { machine } = await provider.ensureMachine(await wantMachine('w-1'), signal);
  expect(await lookInside(docker, machine, podNetworkOnce('slipway-pod-network.path'))).toBe('');

  const lease = 'FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.7.193/26\nFLANNEL_MTU=1400\nFLANNEL_IPMASQ=true\n';
  await lookInside(docker, machine, `mkdir /run/flannel && printf '${lease}' >/run/flannel/.new && mv /run/flannel/.new /run/flannel/subnet.env`);
  expect(await lookInside(docker, machine, podNetworkOnce('slipway-pod-network.service'))).toBe('90-slipway.conflist');
  const { plugins } = podNetworkSchema.parse(JSON.parse(await lookInside(docker, machine, 'cat /etc/cni/net.d/90-slipway.conflist')));
  expect(plugins[0]).toEqual({ mtu: 1400, ipam: { ranges: [[{ subnet: '10.244.7.192/26' }]] } });
  expect(await lookInside(docker, machine, 'ip route show type unreachable')).toBe('unreachable 10.244.0.0/16');

  await docker.getContainer(machine).restart({ t: 10 });
  expect(await lookInside(docker, machine, podNetworkOnce('slipway-pod-network.path'))).toBe('');
});
