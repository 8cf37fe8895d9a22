import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { verbs } from '../../../cli/verbs.ts';
import { slipwayIn } from './support/run-slipway.ts';

const scratch = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
const home = join(scratch, 'home');

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const slipway = slipwayIn(home);
const nobody = { env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } };

describe('usage errors', () => {
  test.each([
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['aply'], 'Did you mean apply?'],
    [['apply'], "required option '-f, --filename <file>' not specified"],
    [['apply', '-f', 'x.yaml', '--on-failure', 'panic'], 'Allowed choices are block, undo, retain'],
    [['apply', '-f', 'x.yaml', '--timeout', '5 parsecs'], 'use for example 90s, 10m or 1h30m'],
    [['apply', '-f', join(scratch, 'missing.yaml')], 'cannot be read'],
    [['get'], "missing required argument 'kind'"],
    [['get', 'pods'], '"pods" is no kind that this command takes'],
    [['get', 'clusters', '-o', 'xml'], 'Allowed choices are table, wide, json, yaml, name'],
    [['get', 'clusters', '--timeout', '5s'], '--timeout goes with --watch'],
    [['get', 'clusters', '--keep-context'], '--keep-context goes with kubeconfig alone'],
    [['get', 'kubeconfig', 'demo', '--watch'], '--watch does not go with kubeconfig'],
    [['get', 'kubeconfig'], 'name one cluster'],
    [['get', 'kubeconfig', 'demo', '--keep-context'], '--keep-context goes with --merge'],
    [['get', 'kubeconfig', 'demo', '--group', 'viewers'], '--group goes with --user'],
    [['get', 'kubeconfig', 'demo', '--user', 'system:admin'], 'names that begin with "system:" are not given to people'],
    [['get', 'kubeconfig', 'demo', '--user', 'ada', '--group', 'viewers', '--group', 'system:masters'], '"system:masters" is a group'],
    [['get', 'kubeconfig', 'demo', '--ttl', '9m'], '--ttl: the lifetime must be from 10m to 8760h'],
    [['get', 'kubeconfig', 'demo', '--ttl', '8761h'], 'use for example 90s, 10m or 1h30m'],
    [['describe', 'cluster', 'demo', '--grouping=maybe'], 'Allowed choices are true, false'],
    [['get', 'clusters', '-v', '-q'], "option '-v, --verbose' cannot be used with option '-q, --quiet'"],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
    [['annotate', 'machine/demo-md-0-x'], 'say what to annotate'],
    [['annotate', 'cluster/demo', 'a=b'], '"cluster" is no kind that this command takes'],
    [['annotate', 'machine', 'demo-md-0-x', 'yes'], '"yes" is no annotation: use KEY=VALUE, or KEY- to remove it'],
    [['annotate', 'machine/demo-md-0-x', 'a=b', 'a-'], 'annotation "a" is there twice'],
    [['describe', 'cluster', 'demo', '--cluster', 'demo'], '--cluster goes with a machine'],
    [['resume', 'cluster', 'demo', '--retry', '--machine', 'demo-md-0-x'], '--machine goes with --skip'],
    [['delete', 'cluster', 'demo'], 'there is no terminal to ask on'],
    [['generate', 'cluster', 'demo', '--worker-machine-count', '1.5'], 'use a whole number from 0 on'],
    [['up', '--port', 'abc'], '"abc" is no port'],
    [['cancel', 'demo'], '"demo" is no operation'],
    [['logs', 'demo-cp-x', '--unit', '../etc/passwd'], 'is no name of a systemd unit'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await slipway(args);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('help', () => {
  it.each(verbs.map(({ verb }) => verb))('%s', async (verb) => {
    const { code, stdout, stderr } = await slipway(['help', verb]);
    expect(stdout).toContain(`Usage: slipway ${verb}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('lists every command, and every exit code once', async () => {
    const overview = await slipway(['--help']);
    for (const { verb, summary } of verbs) expect(overview.stdout).toMatch(new RegExp(`^ {2}${verb} .*${summary.slice(0, 12)}`, 'm'));
    const codes = await slipway(['help', 'exit-codes']);
    const numbers = [...codes.stdout.matchAll(/^ +(\d+) {2}/gm)].map(([, code]) => code);
    expect(numbers.length).toBeGreaterThan(10);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe('generate', () => {
  it('prints a manifest that parses', async () => {
    const counts = ['--control-plane-machine-count', '3', '--worker-machine-count', '2', '--kubernetes-version', 'v1.34.4'];
    const { code, stdout, stderr } = await slipway(['generate', 'cluster', 'demo', ...counts]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const result = parseManifest(stdout);
    expect(result.ok && [result.cluster.controlPlane.replicas, result.cluster.machineDeployments[0]?.replicas]).toEqual([3, 2]);
  });

  it.each([
    [['demo', '--control-plane-machine-count', '2'], '--control-plane-machine-count: Invalid value: 2: must be odd'],
    [['demo', '--worker-machine-count', '9999'], '--worker-machine-count: '],
    [['demo', '--kubernetes-version', '1.34'], '--kubernetes-version: '],
    [['Demo'], 'NAME: Invalid value: "Demo"'],
    [['demo', '--target-namespace', 'X'], '--target-namespace: '],
  ])('%j names the flag that makes an invalid manifest', async (args, message) => {
    const { code, stdout, stderr } = await slipway(['generate', 'cluster', ...args]);
    expect(stderr).toContain(`Error: ${message}`);
    expect(stderr).not.toContain('generated');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('apply', () => {
  const broken = 'apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata:\n  name: Demo\nspec:\n  paused: 7\n';

  it('shows every error of a manifest from standard input and starts nothing', async () => {
    const { code, stdout, stderr } = await slipway(['apply', '-f', '-'], { stdin: broken, ...nobody });
    expect(stderr).toContain('stdin:4:');
    expect(stderr).toContain('stdin:6:');
    expect(stderr).toMatch(/unchanged: +nothing was started/);
    expect({ code, stdout }).toEqual({ code: 10, stdout: '' });
  });

  it('names the file and never echoes what may be a secret', async () => {
    const path = join(scratch, 'secret.yaml');
    writeFileSync(path, `${broken}---\nkind: KubeadmConfigTemplate\nspec:\n  template:\n    spec:\n      files:\n        - path: relative\n          content: canary-4711\n`);
    const { code, stderr } = await slipway(['apply', '-f', path], nobody);
    expect(stderr).toContain(`${path}:4:`);
    expect(stderr).not.toContain('canary-4711');
    expect(code).toBe(10);
  });
});

describe('without Temporal', () => {
  test.each([[['get', 'clusters']], [['describe', 'cluster', 'demo']], [['delete', 'cluster', 'demo', '--yes']], [['create', 'cluster', 'demo']]])(
    '%j names the address',
    async (args) => {
      const { code, stdout, stderr } = await slipway(args, nobody);
      expect(stderr).toContain('Temporal at 127.0.0.1:1 does not answer');
      expect({ code, stdout }).toEqual({ code: 20, stdout: '' });
    },
  );

  it('status says so in JSON too, and exits with 1', async () => {
    const { code, stdout } = await slipway(['status', '-o', 'json'], nobody);
    const status: unknown = JSON.parse(stdout);
    expect(status).toMatchObject({ healthy: false, components: [{ name: 'temporal', healthy: false }, { name: 'worker', healthy: false }] });
    expect(code).toBe(1);
  });

  it('down with nothing to stop is no error, and leaves no record', async () => {
    const { code, stderr } = await slipway(['down']);
    expect(stderr).toContain('worker not running');
    expect(code).toBe(0);
    expect(readdirSync(join(home, 'run'))).toEqual([]);
  });
});
