import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { toolPath } from '../../../node-image/tool-paths.mjs';
import { makeHost, outcomeOf, type Host } from './support/run-setup.ts';

// A toolchain that "builds" a program which only tells its own name.
const workingGo = `
case "$1" in
  version) echo go version go1.26.0 linux/amd64 ;;
  mod) echo '{"GoMod":"go.mod"}' ;;
  list) echo example.org/a ;;
  build) for last; do :; done; mkdir -p bin; printf '#!/bin/sh\\necho built\\n' >"bin/$(basename "$last")" ;;
esac`;

describe('set-up in bad circumstances', () => {
  let host: Host;
  beforeEach(async () => {
    host = await makeHost();
  });
  afterEach(() => rm(host.folder, { recursive: true }));

  test('without Go it says so before it starts', async () => {
    const { code, stderr } = await host.run(['--only', 'tools']);
    expect(stderr).toMatch(/error: Go is not installed, and these must be built: temporal, kubectl/);
    expect(stderr).toMatch(/unchanged: nothing was built or started/);
    expect(code).toBe(12);
    expect(await readdir(host.cache)).toEqual([]);
  });

  test('with a Go that is too old it names both versions', async () => {
    await host.install('go', 'echo go version go1.19.8 linux/amd64');
    const { code, stderr } = await host.run(['--only', 'tools']);
    expect(stderr).toMatch(/Go 1\.19\.8 is too old.*Go 1\.25\.0 or later/);
    expect(code).toBe(12);
  });

  test('with a registry that refuses it passes on what the registry said', async () => {
    await host.install(
      'go',
      '[ "$1" = version ] && exec echo go version go1.26.0; echo "dial tcp: lookup modules.example: refused" >&2; exit 1',
    );
    const { code, stderr } = await host.run(['--only', 'tools']);
    expect(stderr).toMatch(/the Go module registry .* refused or did not answer: .*lookup modules\.example/);
    expect(stderr).toMatch(/what was built before is kept/);
    expect(code).toBe(14);
    expect((await readdir(host.cache)).toSorted()).toEqual(['logs', 'temporal']);
    expect(await readdir(join(host.cache, 'temporal/v1.5.1'))).toEqual([]);
  });

  test('with a build that fails it shows the last lines and where the rest is', async () => {
    await host.install('go', `${workingGo}\n[ "$1" = build ] && { echo undefined: answer >&2; exit 2; }; exit 0`);
    const { code, stderr } = await host.run(['--only', 'tools']);
    expect(stderr).toMatch(/temporal v1\.5\.1.* failed: go build -trimpath: exit status 2/);
    expect(stderr).toMatch(/undefined: answer/);
    expect(code).toBe(16);
    const log = /the whole output: (\S+)/.exec(stderr)?.[1] ?? '';
    expect(await readFile(log, 'utf8')).toMatch(/undefined: answer/);
  });

  test('with an engine that is named and does not answer it touches no other', async () => {
    await host.install('docker', 'echo "Cannot connect to the Docker daemon at $DOCKER_HOST" >&2; exit 1');
    const { code, stderr } = await host.run(['--only', 'docker'], { DOCKER_HOST: 'unix:///nowhere.sock' });
    expect(stderr).toMatch(/DOCKER_HOST or the current context names does not answer: .*nowhere\.sock/);
    expect(code).toBe(11);
  });

  test('without rights to Docker it says how to get them', async () => {
    await host.install('docker', 'echo "permission denied while trying to connect to the Docker daemon" >&2; exit 1');
    const { code, stderr } = await host.run(['--only', 'image']);
    expect(stderr).toMatch(/this user may not use Docker: permission denied/);
    expect(stderr).toMatch(/usermod -aG docker/);
    expect(code).toBe(11);
  });

  test('with wrong flags it explains them', async () => {
    const { code, stderr } = await host.run(['--only', 'everything']);
    expect(stderr).toMatch(/must be one of packages, tools, docker, image/);
    expect(code).toBe(2);
  });
});

describe('set-up', () => {
  let host: Host;
  beforeEach(async () => {
    host = await makeHost();
  });
  afterEach(() => rm(host.folder, { recursive: true }));

  test('--check names what is missing and changes nothing', async () => {
    const { code, stdout } = await host.run(['--check', '--only', 'tools']);
    expect(stdout).toBe('missing  temporal             v1.5.1\nmissing  kubectl              v1.34.4\n');
    expect(code).toBe(1);
    expect(existsSync(host.cache)).toBe(false);
  });

  test('builds what is missing once, and then finds it', async () => {
    await host.install('go', workingGo);
    const first = await host.run(['--only', 'tools']);
    expect(first.stderr).toMatch(/\[1\/2\] temporal v1\.5\.1, built from its module: done/);
    expect(first.stderr).toMatch(/\[2\/2\] kubectl v1\.34\.4, built from its module: done/);
    expect(first.code).toBe(0);
    const tool = toolPath('temporal', { env: { SLIPWAY_CACHE: host.cache } });
    expect(await readFile(tool, 'utf8')).toMatch(/echo built/);
    expect(await readFile(join(tool, '../../source'), 'utf8')).toBe('build\n');

    await host.install('go', 'echo must not be asked >&2; exit 1');
    const second = await host.run(['--only', 'tools']);
    expect(second.stderr).toMatch(/^set-up: everything is there/);
    expect(second.code).toBe(0);
    expect((await host.run(['--check', '--only', 'tools'])).code).toBe(0);
  });

  test('takes a program of the right version from PATH, and not one of another', async () => {
    await host.install('temporal', 'echo "temporal version 1.5.1 (Server 1.29.1)"');
    await host.install('kubectl', `echo '{"clientVersion":{"gitVersion":"v1.30.0"}}'`);
    await host.install('go', workingGo);
    const { stderr, code } = await host.run(['--only', 'tools']);
    expect(stderr).toMatch(/temporal v1\.5\.1, from this host: done/);
    expect(stderr).toMatch(/kubectl v1\.34\.4, built from its module: done/);
    expect(code).toBe(0);
  });

  test('stopped in the middle, leaves nothing half-done, and goes on at the next run', async () => {
    await host.install('go', `${workingGo}\nif [ "$1" = build ]; then : >"$HOME/building"; exec sleep 60; fi`);
    const child = host.start(['--only', 'tools']);
    const ended = outcomeOf(child);
    await vi.waitUntil(() => existsSync(join(host.folder, 'building')), { timeout: 15_000 });
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    expect(stderr).toMatch(/finished parts are kept/);
    expect(code).toBe(130);
    expect((await host.run(['--check', '--only', 'tools'])).code).toBe(1);

    await host.install('go', workingGo);
    const again = await host.run(['--only', 'tools']);
    expect(again.code).toBe(0);
    expect((await readdir(host.cache)).toSorted()).toEqual(['kubectl', 'logs', 'temporal']);
  });
});
