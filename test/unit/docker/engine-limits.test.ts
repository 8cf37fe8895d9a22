import { expect, test } from 'vitest';
import { createEngineLimits } from '../../../activities/docker/engine-limits.ts';
import { startFakeEngine, type Refuse } from './fake-engine.ts';

const status = (bounding: string): string => `CapBnd:\t${bounding}\r\n----\r\n40\r\n`;
const request = () => ({ image: 'slipway/haproxy:2.6', labels: {}, signal: AbortSignal.timeout(10_000) });
const all = { missingCapabilities: [], kernelModules: true, kernelLog: true, remapsUsers: false };

/** What engines say, word for word: Docker 20.10 and runc 1.1. */
const refusals = {
  modules: 'invalid mount config for type "bind": bind source path does not exist: /lib/modules',
  kmsg: 'error gathering device information while adding custom device "/dev/kmsg": no such file or directory',
  capabilities:
    'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ' +
    'unable to apply caps: operation not permitted: unknown',
};

const refuseMissing: Refuse = ({ HostConfig }) => {
  if (HostConfig.Mounts?.some(({ Source }) => Source === '/lib/modules')) return { at: 'create', message: refusals.modules };
  if ((HostConfig.Devices ?? []).length > 0) return { at: 'start', message: refusals.kmsg };
  const hasAll = HostConfig.CapAdd?.includes('ALL') === true && HostConfig.CapDrop?.includes('CAP_SYS_RESOURCE') !== true;
  return hasAll ? { at: 'start', message: refusals.capabilities } : undefined;
};

test('an engine that grants everything is asked once, however many ask', async () => {
  const { docker, containers, started } = await startFakeEngine({ refuse: () => undefined });
  const limitsOf = createEngineLimits(docker);
  expect(await Promise.all([limitsOf(request()), limitsOf(request()), limitsOf(request())])).toEqual([all, all, all]);
  expect(started).toHaveLength(1);
  expect(containers.size).toBe(0);
});

test('what the host lacks is learned from what the engine refuses, and nothing is left behind', async () => {
  const { docker, containers } = await startFakeEngine({ refuse: refuseMissing, output: status('000001fffeffffff') });
  expect(await createEngineLimits(docker)(request())).toEqual({
    missingCapabilities: ['CAP_SYS_RESOURCE'],
    kernelModules: false,
    kernelLog: false,
    remapsUsers: false,
  });
  expect(containers.size).toBe(0);
});

test('an engine that remaps users is known by its security options', async () => {
  const { docker } = await startFakeEngine({ refuse: () => undefined, info: { SecurityOptions: ['name=userns'] } });
  expect(await createEngineLimits(docker)(request())).toEqual({ ...all, remapsUsers: true });
});

test.each([
  ['which ones are missing cannot be read', 'cat: /proc/0/status: No such file or directory\r\n', /cannot be read/],
  ['a needed one is missing', status('000001ffffdfefff'), /no CAP_SYS_ADMIN and no CAP_NET_ADMIN/],
])('a host is not suitable where %s', async (_, output, message) => {
  const { docker } = await startFakeEngine({ refuse: refuseMissing, output });
  await expect(createEngineLimits(docker)(request())).rejects.toThrow(expect.objectContaining({ name: 'EngineNotSuitableError', message: expect.stringMatching(message) }));
});

test('a refusal for another reason is passed on, and not remembered', async () => {
  let full = true;
  const { docker, containers } = await startFakeEngine({
    refuse: () => (full ? { at: 'start', message: 'no space left on device' } : undefined),
  });
  const limitsOf = createEngineLimits(docker);
  await expect(limitsOf(request())).rejects.toThrow(/no space left on device/);
  expect(containers.size).toBe(0);
  full = false;
  expect(await limitsOf(request())).toEqual(all);
});

test('who is cancelled gets away, and those who ask with it still get their answer', async () => {
  const { docker } = await startFakeEngine({ refuse: () => undefined });
  const limitsOf = createEngineLimits(docker);
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const first = limitsOf({ ...request(), signal: controller.signal });
  const second = limitsOf(request());
  controller.abort(reason);
  await expect(first).rejects.toBe(reason);
  expect(await second).toEqual(all);
});
