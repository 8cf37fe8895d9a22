import { X509Certificate } from 'node:crypto';
import { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { createKubeconfigActivities } from '../../../activities/kubeconfig-activities.ts';
import { createCredentials } from '../../../activities/pki/cluster-credentials.ts';
import { createClusterPki } from '../../../activities/pki/cluster-pki.ts';
import { IdentityRefusedError } from '../../../activities/request-errors.ts';
import { createSealingKeyPair, unseal } from '../../../api/sealed-box.ts';

const HOUR = 3_600_000;
const now = Math.floor(Date.now() / 1000) * 1000;
const pki = createClusterPki(now);
const activities = createKubeconfigActivities({
  credentials: createCredentials({ secrets: { loadPki: () => pki }, now: () => now }),
});
const keys = createSealingKeyPair();
const cluster = {
  identity: { installation: 'inst-1', name: 'demo', uid: 'uid-demo' },
  allocation: { host: 'local', subnet: '172.30.7.0/24', gateway: '172.30.7.1', loadBalancerAddress: '172.30.7.2', apiServerHostPort: 36_000 },
};

async function issue(facts: Partial<Parameters<typeof activities.issueKubeconfig>[0]>) {
  const { sealed } = await activities.issueKubeconfig({ cluster, recipient: keys.publicKey, ...facts });
  const text = Buffer.from(unseal(keys.privateKey, sealed, 'kubeconfig')).toString('utf8');
  const config = new KubeConfig();
  config.loadFromString(text);
  const certificate = new X509Certificate(Buffer.from(config.getCurrentUser()?.certData ?? '', 'base64'));
  return {
    sealed,
    text,
    summary: {
      names: [config.getCurrentContext(), config.getCurrentCluster()?.name, config.getCurrentUser()?.name],
      server: config.getCurrentCluster()?.server,
      subject: certificate.subject.split('\n'),
      hours: (certificate.validToDate.getTime() - now) / HOUR,
    },
  };
}

describe('issueKubeconfig', () => {
  const server = 'https://127.0.0.1:36000';

  it('is for an administrator, for a year, unless somebody is named', async () => {
    const { summary, text } = await issue({});
    const names = ['slipway-demo', 'slipway-demo', 'slipway-demo'];
    expect(summary).toEqual({ names, server, subject: ['O=kubeadm:cluster-admins', 'CN=kubernetes-admin'], hours: 365 * 24 });
    expect(text).toContain('uid: uid-demo');
  });

  it('is for a user in groups, for a day', async () => {
    const { summary } = await issue({ identity: { user: 'ada', groups: ['viewers', 'team:blue'] } });
    const names = ['ada@slipway-demo', 'slipway-demo', 'ada@slipway-demo'];
    expect(summary).toEqual({ names, server, subject: ['O=viewers', 'O=team:blue', 'CN=ada'], hours: 24 });
  });

  it('is for as long as is asked for', async () => {
    expect((await issue({ ttlMs: HOUR })).summary.hours).toBe(1);
    expect((await issue({ identity: { user: 'ada', groups: [] }, ttlMs: HOUR })).summary).toMatchObject({ subject: ['CN=ada'], hours: 1 });
  });

  it('shows nothing of the key to who carries it', async () => {
    const { sealed, text } = await issue({});
    expect(text).toContain('client-key-data');
    expect(sealed).not.toContain(Buffer.from('PRIVATE KEY').toString('base64').slice(1, -4));
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('client-key-data');
  });

  it.each([
    ['a user of Kubernetes', { identity: { user: 'system:kube-controller-manager', groups: [] } }],
    ['a group of Kubernetes', { identity: { user: 'ada', groups: ['system:masters'] } }],
    ['too short a time', { ttlMs: 1 }],
    ['too long a time', { ttlMs: 366 * 24 * HOUR }],
  ])('refuses %s, whatever the CLI let pass', async (_, facts) => {
    await expect(issue(facts)).rejects.toThrow(IdentityRefusedError);
  });
});
