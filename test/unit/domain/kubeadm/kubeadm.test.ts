import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import type { DesiredCluster } from '../../../../api/desired-cluster.ts';
import { parseManifest } from '../../../../api/parse-manifest.ts';
import { extraArgs } from '../../../../domain/kubeadm/extra-args.ts';
import { discoveryPath } from '../../../../domain/kubeadm/paths.ts';
import { renderInitConfig, renderJoinConfig } from '../../../../domain/kubeadm/render-config.ts';
import { kubeadmOptions } from '../../../../domain/kubeadm/kubeadm-options.ts';
import { skipAllBut } from '../../../../domain/kubeadm/join-phases.ts';
import { kubeadmScript, resetScript, type KubeadmStage } from '../../../../domain/kubeadm/scripts.ts';
import { renderAddonsConfig, renderUploadConfig } from '../../../../domain/kubeadm/render-upgrade.ts';
import { upgradeScript } from '../../../../domain/kubeadm/upgrade-scripts.ts';
import { toolPath } from '../../../../node-image/tool-paths.mjs';
import { releaseOf } from '../../../../node-image/versions.mjs';
import { desired, machine } from '../support/clusters.ts';

const allocation = { host: 'local', subnet: '172.30.4.0/24', gateway: '172.30.4.1', loadBalancerAddress: '172.30.4.2', apiServerHostPort: 22_000 };
const unusedToken = 'abcdef.0123456789abcdef';

/** Every field that a manifest may set, once, with a value other than its default: in one of two manifests. */
function readCluster(path: string): DesiredCluster {
  const parsed = parseManifest(readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.cluster;
}

const controlPlane = machine('cp-1', 'Provisioned', { owner: 'full-cp' });
const worker = machine('w-1', 'Provisioned', { owner: 'full-md', version: 'v1.33.13' });
const full = { desired: readCluster('test/fixtures/manifests/full.yaml'), allocation };
const others = { desired: withRarer(readCluster('examples/every-option.yaml')), allocation };
const otherControlPlane = machine('cp-1', 'Provisioned', { owner: 'every-option-control-plane', failureDomain: 'rack-a' });
const otherWorker = machine('w-1', 'Provisioned', { owner: 'every-option-md-0', failureDomain: 'rack-b' });

/** What an example should not show: images from elsewhere, and names that nobody asks for. */
function withRarer(cluster: DesiredCluster): DesiredCluster {
    const sans = { serverCertSANs: ['etcd.example.com'], peerCertSANs: ['peer.example.com'] };
  const clusterConfiguration: DesiredCluster['controlPlane']['clusterConfiguration'] = {
    ...cluster.controlPlane.clusterConfiguration,
    etcd: { ...cluster.controlPlane.clusterConfiguration.etcd, imageRepository: 'registry.example.com/etcd', ...sans },
    dns: { imageRepository: 'registry.example.com/dns', imageTag: 'v1.12.1' },
    imageRepository: 'registry.example.com',
    scheduler: { ...cluster.controlPlane.clusterConfiguration.scheduler, extraEnvs: [{ name: 'GOGC', value: '75' }] },
  };
  const taints = [{ key: 'example.com/own', value: 'yes', effect: 'NoExecute', propagation: 'Always' }] as const;
  return { ...cluster, controlPlane: { ...cluster.controlPlane, clusterConfiguration, taints } };
}

const plain = { desired: desired(1, 1), allocation };
const stages: readonly KubeadmStage[] = ['init', 'join', 'prepare', 'etcd', 'serve'];
const script = (stage: KubeadmStage, more: Partial<ReturnType<typeof kubeadmOptions>> = {}): string =>
  kubeadmScript({ stage, machine: machine('cp-1'), options: { ...kubeadmOptions(plain.desired, machine('cp-1')), ...more } });
const older = releaseOf('v1.33.13').etcdImageTag;

const configs: Readonly<Record<string, string>> = {
  'init-plain': renderInitConfig({ ...plain, machine: machine('cp-1'), unusedToken }),
  'init-etcd-of-1.33': renderInitConfig({ ...plain, machine: machine('cp-1'), unusedToken, etcdImageTag: older }),
  'init-all-options': renderInitConfig({ ...full, machine: controlPlane, unusedToken, etcdImageTag: older }),
  'join-control-plane-plain': renderJoinConfig({ ...plain, machine: machine('cp-1') }),
  'join-control-plane-all-options': renderJoinConfig({ ...full, machine: controlPlane }),
  'join-worker-plain': renderJoinConfig({ ...plain, machine: machine('w-1') }),
  'join-worker-all-options': renderJoinConfig({ ...full, machine: worker }),
  'upload-config-plain': renderUploadConfig({ ...plain, machine: machine('cp-2'), node: 'cp-1', version: 'v1.35.0' }),
  'upload-config-etcd-of-1.33': renderUploadConfig({ ...plain, machine: machine('cp-2'), node: 'cp-1', version: 'v1.33.13', etcdImageTag: older }),
  'upload-config-all-options': renderUploadConfig({ ...full, machine: controlPlane, node: 'cp-1', version: 'v1.34.4' }),
  'addons-plain': renderAddonsConfig({ ...plain, version: 'v1.34.4' }),
  'addons-other-options': renderAddonsConfig({ ...others, version: 'v1.34.4' }),
  'init-other-options': renderInitConfig({ ...others, machine: otherControlPlane, unusedToken, etcdImageTag: older }),
  'join-control-plane-other-options': renderJoinConfig({ ...others, machine: otherControlPlane }),
  'join-worker-other-options': renderJoinConfig({ ...others, machine: otherWorker }),
};

describe('configuration', () => {
  test.each(Object.entries(configs))('%s is as in the golden file', async (name, config) => {
    await expect(config).toMatchFileSnapshot(`../../../golden/kubeadm/${name}.yaml`);
  });

  test('the version is that of the Machine, whatever is desired', () => {
    const config = renderInitConfig({ ...plain, machine: machine('cp-1', 'Provisioned', { version: 'v1.33.13' }), unusedToken });
    expect(config).toContain('kubernetesVersion: v1.33.13\n');
    expect(config).not.toContain(plain.desired.controlPlane.version);
  });

  test("a manifest's own etcd comes before the one that goes with the Kubernetes version", () => {
    const [, configuration] = parseAllDocuments(configs['init-all-options'] ?? '').map((document) => document.toJS() as unknown);
    expect(configuration).toMatchObject({ kind: 'ClusterConfiguration', etcd: { local: { imageTag: '3.6.6-0' } } });
  });

  test('a zone that the manifest names itself is not written over', () => {
    const labelled = { ...full.desired.controlPlane.joinNodeRegistration, kubeletExtraArgs: { 'node-labels': 'a=b,topology.kubernetes.io/zone=mine' } };
    const controlPlaneOnly = { ...full.desired, controlPlane: { ...full.desired.controlPlane, joinNodeRegistration: labelled } };
    const config = renderJoinConfig({ desired: controlPlaneOnly, allocation, machine: { ...controlPlane, failureDomain: 'rack-a' } });
    expect(config).toContain('value: a=b,topology.kubernetes.io/zone=mine\n');
    expect(config).not.toContain('rack-a');
  });

  test('how kubeadm is run comes from the owner of the Machine', () => {
    expect(kubeadmOptions(others.desired, otherControlPlane)).toEqual({ apiServerPort: 6443, skipPhases: [], verbosity: 2 });
    expect(kubeadmOptions(others.desired, otherWorker)).toEqual({ apiServerPort: 6443, skipPhases: [] });
  });

  test('a worker without its MachineDeployment is a mistake, named', () => {
    const stray = machine('w-1', 'Provisioned', { owner: 'gone' });
    expect(() => renderJoinConfig({ ...full, machine: stray })).toThrow('Machine w-1 belongs to MachineDeployment gone, which is not desired');
  });

  test('an argument that is given several times stays so, in its order', () => {
    const given = { 'service-account-issuer': ['https://new.example', 'https://old.example'] };
    expect(extraArgs({ v: '2', 'service-account-issuer': 'https://first.example' }, given)).toEqual([
      { name: 'service-account-issuer', value: 'https://new.example' },
      { name: 'service-account-issuer', value: 'https://old.example' },
      { name: 'v', value: '2' },
    ]);
  });

  test('arguments are sorted, and the last one to set a name wins', () => {
    expect(extraArgs({ b: '1', a: '1' }, { b: '2' })).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
    ]);
  });
});

// Set-up leaves kubeadm on Linux hosts alone; elsewhere only the end-to-end tests hear its opinion.
describe.runIf(process.platform === 'linux')('kubeadm itself', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-kubeadm-'));
    const cluster = { name: 'demo', cluster: { server: 'https://172.30.4.2:6443' } };
    writeFileSync(join(folder, 'discovery.conf'), stringify({ apiVersion: 'v1', kind: 'Config', clusters: [cluster] }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const validate = (name: string, config: string): string => {
    const file = join(folder, `${name}.yaml`);
    // It looks whether the file is there.
    writeFileSync(file, config.replace(discoveryPath, join(folder, 'discovery.conf')));
    return execFileSync(toolPath('kubeadm'), ['config', 'validate', '--config', file], { encoding: 'utf8', stdio: 'pipe' });
  };

  test.each(Object.entries(configs))('finds nothing wrong with %s', (name, config) => {
    expect(validate(name, config)).toContain('ok');
  });

  test('finds what is wrong: the check bites', () => {
    const misspelt = (configs['init-plain'] ?? '').replace('podSubnet:', 'podSubnets:');
    expect(() => validate('wrong', misspelt)).toThrow('podSubnets');
  });
});

describe('scripts', () => {
  test.each(stages)('%s is as in the golden file', async (stage) => {
    await expect(script(stage)).toMatchFileSnapshot(`../../../golden/kubeadm/stage-${stage}.sh`);
  });

  test.each(stages)('%s is what a shell can read', (stage) => {
    expect(execFileSync('sh', ['-n'], { input: script(stage, { verbosity: 5 }), encoding: 'utf8' })).toBe('');
  });

  test.each(['upload-config', 'addons'] as const)('%s is as in the golden file, and what a shell can read', async (part) => {
    await expect(upgradeScript({ part, version: 'v1.34.4' })).toMatchFileSnapshot(`../../../golden/kubeadm/upgrade-${part}.sh`);
    expect(execFileSync('sh', ['-n'], { input: upgradeScript({ part, version: 'v1.34.4', verbosity: 5 }), encoding: 'utf8' })).toBe('');
  });

  test.each([
    ['upgraded them', 'echo "[addons] Applied essential addon: kube-proxy"', 0],
    ['left them as they are', 'echo "[upgrade/addon] Skipping upgrade of addons because control plane instances [cp-1] have not been upgraded"', 3],
    ['failed', 'echo "connection refused" >&2; exit 1', 1],
  ])('the script of the add-ons tells whether kubeadm %s', (_what, kubeadm, status) => {
    const run = spawnSync('sh', { input: `kubeadm() { ${kubeadm}; }\n${upgradeScript({ part: 'addons', version: 'v1.34.4' })}`, encoding: 'utf8' });
    expect(run.status).toBe(status);
    expect(run.stdout).toMatch(/addon|refused/);
  });

  test('reset is as in the golden file, and leaves the member list alone', async () => {
    await expect(resetScript()).toMatchFileSnapshot('../../../golden/kubeadm/reset.sh');
    expect(resetScript()).toContain('--skip-phases=remove-etcd-member');
  });

  test('no command line names a token or a key', () => {
    for (const text of [...stages.map((stage) => script(stage)), resetScript()]) expect(text).not.toMatch(/--token[= ]|--certificate-key|--discovery-token/);
  });
});

/** The phases that each run of kubeadm in a script leaves out. */
function skipped(text: string): readonly ReadonlySet<string>[] {
  return [...text.matchAll(/--skip-phases=(\S+)/g)].map(([, names = '']) => new Set(names.split(',')));
}

describe('the join of a control plane, in stages', () => {
  const runs = (['prepare', 'etcd', 'serve'] as const).flatMap((stage) => skipped(script(stage)));
  const everything = [...skipAllBut([], [])];
  const at = (phase: string) => runs.findIndex((left) => !left.has(phase));

  test("runs each of kubeadm's phases once, in kubeadm's order, but for two that Slipway does itself", () => {
    const done = runs.map((left) => everything.filter((phase) => !left.has(phase)));
    // Whether etcd is healthy is asked before its stage, whether the API server is ready within its own.
    const wanted = everything.filter((phase) => phase !== 'check-etcd' && phase !== 'wait-control-plane');
    expect(done.flat().toSorted()).toEqual(wanted.toSorted());
    for (const phases of done) expect(phases).toEqual(everything.filter((phase) => phases.includes(phase)));
  });

  test('writes the manifest of the API server only when etcd has joined', () => {
    expect(at('etcd-join')).toBeLessThan(at('control-plane-prepare/control-plane'));
    expect(at('control-plane-join/etcd')).toBe(at('etcd-join'));
    expect(at('kubelet-start')).toBeLessThan(at('etcd-join'));
    // Run in one with the manifests it would wait for an API server that nobody watches over.
    expect(at('kubelet-wait-bootstrap')).toBeGreaterThan(at('control-plane-prepare/control-plane'));
  });

  test("leaves out what the manifest leaves out, in every run, and speaks as loud as it says", () => {
    const options = { skipPhases: ['preflight', 'control-plane-join/mark-control-plane'], verbosity: 5 };
    for (const stage of ['prepare', 'etcd', 'serve'] as const) {
      for (const left of skipped(script(stage, options))) expect([...left]).toEqual(expect.arrayContaining(options.skipPhases));
      expect(script(stage, options)).toMatch(/kubeadm join --config \S+ -v=5 /);
    }
    expect(script('init', options)).toContain(' -v=5\n');
  });

  test.runIf(process.platform === 'linux')('names phases as kubeadm does', () => {
    const help = execFileSync(toolPath('kubeadm'), ['join', '--help'], { encoding: 'utf8' });
    // It does not list these two; it knows them all the same.
    const shown = everything.filter((phase) => phase !== 'check-etcd' && phase !== 'kubelet-wait-bootstrap');
    for (const phase of shown) expect(help).toMatch(new RegExp(`^ *(${phase}|/${phase.split('/')[1]}) `, 'm'));
  });
});
