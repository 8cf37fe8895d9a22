import { describe, expect, test } from 'vitest';
import { parseSetupArguments, scopes } from '../../../node-image/setup/arguments.mjs';
import {
  buildBytes,
  checkDisks,
  checkSystem,
  imageBytes,
  neededBytes,
  toolBytes,
} from '../../../node-image/setup/preflight.mjs';
import { exitCodes, goProblem, registryProblem, stepProblem } from '../../../node-image/setup/problems.mjs';

describe('disk', () => {
  test.each([
    [{ builds: true, images: true }, buildBytes],
    [{ builds: true, images: false }, buildBytes],
    [{ builds: false, images: true }, imageBytes],
    [{ builds: false, images: false }, toolBytes],
  ])('%o needs %d bytes', (work, bytes) => {
    expect(neededBytes(work)).toBe(bytes);
  });

  test('one byte less than 15 GB is too little to build, and says where', () => {
    const disks = [
      { where: '/roomy', freeBytes: 80e9 },
      { where: '/full', freeBytes: 15e9 - 1 },
    ];
    expect(() => checkDisks({ disks, neededBytes: buildBytes, purpose: 'building kubernetes' })).toThrow(
      expect.objectContaining({
        code: exitCodes.disk,
        message: '/full has 15.0 GB free, and building kubernetes needs 15.0 GB',
      }),
    );
    const enough = [{ where: '/', freeBytes: 15e9 }];
    expect(() => checkDisks({ disks: enough, neededBytes: buildBytes, purpose: '' })).not.toThrow();
  });
});

describe('system', () => {
  test.each([
    ['linux', 'x64', '20.11.0'],
    ['darwin', 'arm64', '24.0.0'],
  ])('%s %s with Node.js %s is supported', (platform, arch, node) => {
    expect(() => checkSystem({ platform, arch, node })).not.toThrow();
  });

  test.each([
    ['win32', 'x64', '24.0.0', /win32-x64 is not supported.*linux-x64/],
    ['linux', 'riscv64', '24.0.0', /linux-riscv64 is not supported/],
    ['linux', 'x64', '18.20.0', /18\.20\.0 is too old/],
  ])('%s %s with Node.js %s is refused', (platform, arch, node, what) => {
    expect(() => checkSystem({ platform, arch, node })).toThrow(
      expect.objectContaining({ code: exitCodes.unsupportedSystem, message: expect.stringMatching(what) }),
    );
  });
});

describe('messages', () => {
  test.each([
    ['no Go', goProblem({ found: undefined, minimum: '1.25.0', parts: ['flannel', 'probe'] })],
    ['old Go', goProblem({ found: '1.19.8', minimum: '1.25.0', parts: ['kubernetes'] })],
    ['registry', registryProblem({ registry: 'the npm registry', evidence: 'E403' })],
    ['step', stepProblem({ step: 'etcd v3.6.5', evidence: 'exit status 1', log: '/c/logs/etcd.log' })],
  ])('%s', async (name, problem) => {
    const golden = `../../golden/node-image/problem-${name.replace(' ', '-')}.txt`;
    await expect(`${problem.render()}\n`).toMatchFileSnapshot(golden);
  });

  test('each kind of failure has an exit code of its own', () => {
    const codes = Object.values(exitCodes);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('arguments', () => {
  test('nothing asked for means everything that Slipway needs, at the pinned version', () => {
    const wanted = parseSetupArguments([]);
    expect(wanted.otherVersions).toEqual([]);
    expect([...wanted.only]).toEqual(scopes.filter((scope) => scope !== 'browser'));
    expect(wanted).toMatchObject({ check: false, help: false, kubernetesVersion: 'v1.34.4' });
  });

  test('scopes and version are taken', () => {
    const argv = ['--check', '--only', 'image', '--only=tools', '--kubernetes-version', 'v1.33.13'];
    const wanted = parseSetupArguments(argv);
    expect([...wanted.only]).toEqual(['tools', 'image']);
    expect(wanted).toMatchObject({ check: true, kubernetesVersion: 'v1.33.13' });
  });

  test.each([
    [['--only', 'all'], /--only all: must be one of packages, tools, docker, image/],
    [['--kubernetes-version', '1.34'], /must be a full release/],
    [['--kubernetes-version', 'v1.2.3'], /known minors/],
    [['--force'], /--force/],
    [['image'], /image/],
  ])('%j is refused', (argv, what) => {
    expect(() => parseSetupArguments(argv)).toThrow(
      expect.objectContaining({ code: exitCodes.usage, message: expect.stringMatching(what) }),
    );
  });
});
