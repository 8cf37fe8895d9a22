import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../../../cli/bin.mjs', import.meta.url));
const recorder = new URL('support/record-modules.mjs', import.meta.url).href;
const scratch = mkdtempSync(join(tmpdir(), 'slipway-start-'));

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Each of them costs more than such an answer may take. */
const heavy = ['@temporalio/', '@grpc/', 'protobufjs', '@kubernetes/client-node', 'zod', 'yaml', 'log-update', '@clack/prompts', '@peculiar/x509', 'ssh2', 'dockerode'];

it.each([
  [['--help']],
  [['--version']],
  [['help', 'exit-codes']],
  [['help', 'get']],
  [['frobnicate']],
  [['version']],
  [['completion', 'bash']],
  [['get']],
  [['get', 'pods']],
  [['get', 'clusters', '-o', 'xml']],
  [['get', 'clusters', '--merge']],
  [['describe', 'pod', 'demo']],
  [['generate', 'cluster', 'demo', '--worker-machine-count', '1.5']],
  [['__complete', '']],
  [['__complete', 'get', 'clusters', '--']],
])('%j loads nothing that is large', (args) => {
  const modules = join(scratch, `${args.join('-').replaceAll('/', '_')}.txt`);
  spawnSync(process.execPath, ['--import', recorder, bin, ...args], {
    env: { ...process.env, SLIPWAY_HOME: scratch, SLIPWAY_TEST_MODULES: modules },
  });
  const loaded = readFileSync(modules, 'utf8').split('\n');
  expect(loaded).toContainEqual(expect.stringContaining('/cli/main.ts'));
  const packages = loaded.map((url) => url.split('/node_modules/').at(-1) ?? '').filter((path) => heavy.some((name) => path.startsWith(name)));
  expect(packages).toEqual([]);
});
