import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import type { DesiredCluster } from '../../../api/desired-cluster.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { extraArgs } from '../../../domain/kubeadm/extra-args.ts';
import { discoveryPath } from '../../../domain/kubeadm/paths.ts';
import { renderInitConfig, renderJoinConfig } from '../../../domain/kubeadm/render-config.ts';
import { kubeadmScript, resetScript, type BootstrapRole } from '../../../domain/kubeadm/scripts.ts';
import { toolPath } from '../../../node-image/tool-paths.mjs';
import { releaseOf } from '../../../node-image/versions.mjs';
import { desired, machine } from './support/clusters.ts';

const allocation = { host: 'local', subnet: '172.30.4.0/24', gateway: '172.30.4.1', loadBalancerAddress: '172.30.4.2', apiServerHostPort: 22_000 };
const unusedToken = 'abcdef.0123456789abcdef';

/** Every field that a manifest may set, once, with a value other than its default. */
function fullCluster(): DesiredCluster {
  const parsed = parseManifest(readFileSync(new URL('../../fixtures/manifests/full.yaml', import.meta.url), 'utf8'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.cluster;
}

const controlPlane = machine('cp-1', 'Provisioned', { owner: 'full-cp' });
const worker = machine('w-1', 'Provisioned', { owner: 'full-md', version: 'v1.33.13' });
const full = { desired: fullCluster(), allocation };
const plain = { desired: desired(1, 1), allocation };
const roles: readonly BootstrapRole[] = ['init', 'join-control-plane', 'join-worker'];
const older = releaseOf('v1.33.13').etcdImageTag;

const configs: Readonly<Record<string, string>> = {
  'init-plain': renderInitConfig({ ...plain, machine: machine('cp-1'), unusedToken }),
  'init-etcd-of-1.33': renderInitConfig({ ...plain, machine: machine('cp-1'), unusedToken, etcdImageTag: older }),
  'init-all-options': renderInitConfig({ ...full, machine: controlPlane, unusedToken, etcdImageTag: older }),
  'join-control-plane-plain': renderJoinConfig({ ...plain, machine: machine('cp-1') }),
  'join-control-plane-all-options': renderJoinConfig({ ...full, machine: controlPlane }),
  'join-worker-plain': renderJoinConfig({ ...plain, machine: machine('w-1') }),
  'join-worker-all-options': renderJoinConfig({ ...full, machine: worker }),
};

describe('configuration', () => {
  test.each(Object.entries(configs))('%s is as in the golden file', async (name, config) => {
    await expect(config).toMatchFileSnapshot(`../../golden/kubeadm/${name}.yaml`);
  });

  test("a manifest's own etcd comes before the one that goes with the Kubernetes version", () => {
    const [, configuration] = parseAllDocuments(configs['init-all-options'] ?? '').map((document) => document.toJS() as unknown);
    expect(configuration).toMatchObject({ kind: 'ClusterConfiguration', etcd: { local: { imageTag: '3.6.6-0' } } });
  });

  test('a worker without its MachineDeployment is a mistake, named', () => {
    const stray = machine('w-1', 'Provisioned', { owner: 'gone' });
    expect(() => renderJoinConfig({ ...full, machine: stray })).toThrow('Machine w-1 belongs to MachineDeployment gone, which is not desired');
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
  test.each(roles)('%s is as in the golden file', async (role) => {
    await expect(kubeadmScript(role)).toMatchFileSnapshot(`../../golden/kubeadm/${role}.sh`);
  });

  test('reset is as in the golden file, and leaves the member list alone', async () => {
    await expect(resetScript()).toMatchFileSnapshot('../../golden/kubeadm/reset.sh');
    expect(resetScript()).toContain('--skip-phases=remove-etcd-member');
  });

  test('no command line names a token or a key', () => {
    for (const script of [...roles.map((role) => kubeadmScript(role)), resetScript()]) expect(script).not.toMatch(/--token[= ]|--certificate-key|--discovery-token/);
  });
});
