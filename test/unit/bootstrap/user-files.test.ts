import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { userFiles } from '../../../activities/kubeadm/bootstrap-files.ts';
import type { DesiredCluster } from '../../../api/desired-cluster.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { mapSecrets } from '../../../api/secrets.ts';
import { machine } from '../domain/support/clusters.ts';

/** As admission leaves it: the values beside, references in their places. */
function admitted(): { readonly desired: DesiredCluster; readonly resolve: (ref: string) => Promise<string> } {
  const parsed = parseManifest(readFileSync(new URL('../../../examples/every-option.yaml', import.meta.url), 'utf8'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const values = new Map<string, string>();
  const desired = mapSecrets(parsed.cluster, (value, path) => {
    values.set(path, 'plain' in value ? value.plain : '');
    return { ref: path };
  });
  return { desired, resolve: async (ref) => values.get(ref) ?? `no such reference: ${ref}` };
}

const { desired, resolve } = admitted();
const worker = machine('w-1', 'Provisioned', { owner: 'every-option-md-0' });
const controlPlane = machine('cp-1', 'Provisioned', { owner: 'every-option-control-plane' });

test('a worker gets its boot commands with their unit, one script for what is set up, and its files', async () => {
  const files = await userFiles({ desired, machine: worker, resolve });
  expect(files.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
    '0700 /var/lib/slipway/bootstrap/boot.sh',
    '0644 /etc/systemd/system/slipway-boot-commands.service',
    '0700 /var/lib/slipway/bootstrap/users.sh',
    '0644 /etc/example/packed.conf',
  ]);
  const [boot, , setUp, packed] = files.map(({ content }) => String(content));
  expect(boot).toBe('mkdir -p /run/every-option\n');
  expect(packed).toBe('packed\n');
  // Boot commands first, as by cloud-init; users last, because their homes may be on a mount.
  const order = ['slipway-boot-commands.service', 'mount ', 'useradd'].map((word) => setUp?.indexOf(word) ?? -1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(order.every((place) => place >= 0)).toBe(true);
});

test('a control plane gets what a Secret holds, and nothing to run', async () => {
  const files = await userFiles({ desired, machine: controlPlane, resolve });
  expect(files.map(({ path }) => path)).toEqual(['/etc/kubernetes/encryption/config.yaml', '/etc/kubernetes/patches/kube-scheduler+merge.yaml']);
  expect(String(files[0]?.content)).toContain('kind: EncryptionConfiguration');
});

test('bytes that are no text reach the Machine as they are', async () => {
  const file = { path: '/etc/a', owner: 'root:root', permissions: '0755', append: false, binary: true as const, content: { ref: 'bytes' } };
  const binary = { ...desired, controlPlane: { ...desired.controlPlane, bootstrap: { ...desired.controlPlane.bootstrap, files: [file] } } };
  const [written] = await userFiles({ desired: binary, machine: controlPlane, resolve: async () => Buffer.from([0xff, 0xfe, 0]).toString('base64') });
  expect(written?.content).toEqual(Buffer.from([0xff, 0xfe, 0]));
});
