import { expect, test } from 'vitest';
import { buildLoadBalancerContainer, buildMachineContainer, machineRights } from '../../../activities/docker/container-spec.ts';
import { machineFiles } from '../../../activities/docker/machine-container.ts';
import { machineRequest } from './machine-request.ts';

const limits = { missingCapabilities: ['CAP_SYS_RESOURCE'], kernelModules: true, kernelLog: true, remapsUsers: false };
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

test('the containers are as in the golden files', async () => {
  const golden = '../../golden/docker';
  const mount = { hostPath: '/srv/registry', containerPath: '/var/local/registry', readOnly: true };
  await expect(json(buildMachineContainer(machineRequest({ spec: { extraMounts: [mount] } }), limits))).toMatchFileSnapshot(
    `${golden}/machine-container.json`,
  );
  const { cluster, allocation } = machineRequest();
  const loadBalancer = buildLoadBalancerContainer({ cluster, allocation, apiServerPort: 6443, image: 'slipway/haproxy:2.6' });
  await expect(json(loadBalancer)).toMatchFileSnapshot(`${golden}/load-balancer-container.json`);
});

test('what the host lacks is left out', () => {
  const spec = buildMachineContainer(machineRequest(), { missingCapabilities: [], kernelModules: false, kernelLog: false, remapsUsers: true });
  expect(spec.HostConfig).toMatchObject({ CapDrop: [], Devices: [], UsernsMode: 'host' });
  expect(spec.HostConfig?.Mounts?.map(({ Target }) => Target)).toEqual(['/var']);
});

test('a Machine is never privileged as a whole', () => {
  expect(machineRights(limits)).not.toHaveProperty('Privileged');
});

test('a customImage takes the place of the image of the version', () => {
  const spec = { customImage: 'registry.test/node:1', extraMounts: [] };
  expect(buildMachineContainer(machineRequest({ spec }), limits).Image).toBe('registry.test/node:1');
  expect(buildMachineContainer(machineRequest(), limits).Image).toBe('slipway/node:v1.34.4');
});

test('no key is in what the engine shows of a container', () => {
  const request = machineRequest();
  const shown = JSON.stringify(buildMachineContainer(request, limits));
  expect(shown).not.toContain(request.sshHostKey);
  expect(shown).not.toContain(request.sshAuthorizedKey);
});

test('keys and their folder are for root alone; files end with a newline', () => {
  expect(machineFiles(machineRequest({ serviceSubnets: ['10.96.0.0/12'] }))).toEqual([
    { path: '/root/.ssh', mode: 0o700 },
    { path: '/root/.ssh/authorized_keys', mode: 0o600, content: 'ssh-ed25519 AAAA cluster\n' },
    { path: '/etc/ssh/ssh_host_ed25519_key', mode: 0o600, content: 'host key\n' },
    { path: '/etc/slipway', mode: 0o755 },
    { path: '/etc/slipway/service-subnets', mode: 0o644, content: '10.96.0.0/12\n' },
  ]);
  expect(machineFiles(machineRequest()).map(({ path }) => path)).not.toContain('/etc/slipway/service-subnets');
});
