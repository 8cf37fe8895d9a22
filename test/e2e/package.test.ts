import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { cacheDir } from '../../node-image/tool-paths.mjs';
import type { CliOptions, CliResult } from './harness/cli.ts';
import { findFreePorts } from './harness/free-ports.ts';
import { createInstallation, type Installation } from './harness/installation.ts';
import { installPackage } from './harness/installed-package.ts';
import { requireProcess } from './harness/local-processes.ts';

/** What `npm pack` makes, installed away from the checkout, in an empty home and another directory. */

let installation: Installation;
let options: CliOptions & { readonly command: string };

beforeAll(async () => {
  installation = await createInstallation('package');
  const { root } = installation.home;
  const [home, cwd] = [join(root, 'empty-home'), join(root, 'elsewhere')];
  await Promise.all([mkdir(home), mkdir(cwd)]);
  const [port, uiPort] = await findFreePorts(2);
  options = {
    command: await installPackage(join(root, 'package')),
    cwd,
    env: { HOME: home, SLIPWAY_CACHE: cacheDir(), SLIPWAY_TEMPORAL_PORT: String(port), SLIPWAY_UI_PORT: String(uiPort) },
  };
}, 180_000);
afterAll(() => installation?.remove(), 60_000);

const slipway = (args: readonly string[], stdin = ''): Promise<CliResult> => installation.run(args, { ...options, stdin });

test('the installed command tells its version, its verbs and how it is set up', async () => {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')));
  expect(JSON.parse((await slipway(['version', '-o', 'json'])).stdout)).toMatchObject({ slipway: version });
  expect((await slipway(['--help'])).stdout).toContain('Usage: slipway');
  const setup = await slipway(['setup', '--check', '--only', 'packages', '--only', 'tools']);
  expect(setup).toMatchObject({ code: 0, stdout: expect.stringMatching(/^present +npm packages/) });
  expect((await slipway(['setup', '--', '--help'])).stdout).toContain('usage: slipway setup [flags]');
});

test('it prints a manifest, and refuses one that is wrong by its field', async () => {
  const manifest = await slipway(['generate', 'cluster', 'packed']);
  expect(parse(manifest.stdout.split('\n---\n')[0] ?? '')).toMatchObject({ kind: 'Cluster', metadata: { name: 'packed' } });
  const wrong = await slipway(['apply', '-f', '-'], manifest.stdout.replace('replicas: 1', 'replicas: 2'));
  expect(wrong).toMatchObject({ code: 10, stderr: expect.stringContaining('must be odd') });
});

test('up starts what is in the package: a worker, its bundled workflows included, and the simulator', async () => {
  const up = await slipway(['up', '--simulator']);
  expect(up).toMatchObject({ code: 0 });
  const product = join(options.command, '../../lib/node_modules/slipway/dist');
  expect(await programOf('worker')).toBe(join(product, 'workers', 'main.js'));
  expect(await programOf('simulator')).toBe(join(product, 'simulator', 'main.js'));
  // `up` ends when a workflow of the bundle has answered.
  expect((await slipway(['status'])).code).toBe(0);
  expect(await slipway(['describe', 'cluster', 'nobody'])).toMatchObject({ code: 11 });
  expect((await slipway(['down'])).code).toBe(0);
});

async function programOf(name: 'worker' | 'simulator'): Promise<string | undefined> {
  const { pid } = requireProcess(installation.home, name);
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')[1];
}
