import { isDelivered, mapSecretsAsync } from '../api/secrets.ts';
import type { DesiredCluster, SecretValue } from '../api/desired-cluster.ts';
import { seal } from '../api/sealed-box.ts';
import { readSealedText } from '../api/sealed-text.ts';
import type { ClusterAllocation } from '../domain/network/cluster-network.ts';
import type { ClusterIdentity, ClusterPlacement } from '../domain/identity.ts';
import { AdmissionRefusedError } from './request-errors.ts';
import { createKubeconfigActivities } from './kubeconfig-activities.ts';
import type { ClusterCredentials } from './pki/cluster-credentials.ts';
import { cancellationSignal } from './progress.ts';
import { scrub } from '../domain/scrub.ts';
import type { CommandRunner } from './seams/command-runner.ts';
import type { MachineProvider } from './seams/machine-provider.ts';
import { quoteShell } from './ssh/quote-shell.ts';
import { sshTarget } from './ssh-target.ts';
import type { ClusterRecords } from './store/cluster-records.ts';
import type { ClusterSecrets } from './store/cluster-secrets.ts';
import type { SecretBox } from './store/secret-box.ts';

type ClusterReference = { readonly identity: ClusterIdentity; readonly allocation: ClusterAllocation };
type MachineReference = { readonly name: string; readonly uid: string; readonly sshPort: number };

/** What the CLI asks for by short workflows. Answers that hold secrets are sealed to the asker's key. */
export function createRequestActivities(deps: {
  readonly installation: string;
  readonly host: string;
  readonly provider: MachineProvider;
  readonly records: ClusterRecords;
  readonly secrets: ClusterSecrets;
  readonly credentials: ClusterCredentials;
  readonly runner: CommandRunner;
  readonly box: SecretBox;
  readonly isManaged: (cluster: string) => Promise<boolean>;
  readonly describe: () => Promise<{ readonly dockerVersion: string; readonly kubernetesVersions: readonly string[]; readonly workerVersion: string }>;
}) {
  const { provider, records, secrets, credentials, runner, box } = deps;

  return {
    ...createKubeconfigActivities({ credentials }),

    async describeInstallation() {
      return { installation: deps.installation, sealingKey: box.publicKey, host: deps.host, ...(await deps.describe()) };
    },

    /** Refuses what this installation cannot do, before any effect; turns sealed secrets into references. */
    async admitCluster(request: { desired: DesiredCluster }): Promise<{ desired: DesiredCluster; placement: ClusterPlacement }> {
      const { desired } = request;
      const uid = await records.reserveUid(desired.name);
      if ((await records.load(uid)) !== undefined && !(await deps.isManaged(desired.name))) {
        throw new AdmissionRefusedError(
          `cluster ${desired.name} is in the store (UID ${uid}), but Temporal knows no workflow of it: its database was lost or replaced. ` +
            `Nothing was changed. Run: slipway adopt cluster/${desired.name}`,
        );
      }
      const owners = [desired.controlPlane, ...desired.machineDeployments];
      for (const { version, infrastructure } of owners) await provider.checkImage({ version, ...infrastructure });
      const intern = async (value: SecretValue, path: string): Promise<SecretValue> => {
        if ('ref' in value) return value;
        if ('plain' in value) throw new AdmissionRefusedError('a secret of the manifest was sent in plain text; nothing was started');
        const text = readSealedText(box.unseal(value.sealed, 'manifest'));
        return { ref: await secrets.internSecret(uid, text, isDelivered(path) ? 'delivered' : undefined) };
      };
      return {
        desired: await mapSecretsAsync(desired, intern),
        placement: { installation: deps.installation, uid, host: deps.host },
      };
    },

    async issueMachineAccess(request: { cluster: ClusterReference; machine: MachineReference; recipient: string }): Promise<{ sealed: string }> {
      const { uid } = request.cluster.identity;
      const [key, hostKey] = await Promise.all([secrets.loadSshKey(uid), secrets.ensureHostKey(uid, request.machine.uid)]);
      const access = { host: '127.0.0.1', port: request.machine.sshPort, user: 'root', privateKey: key.privateKey, hostKey: hostKey.publicKey };
      return { sealed: seal(request.recipient, JSON.stringify(access), 'machine-access') };
    },

    async readMachineLogs(request: {
      cluster: ClusterReference;
      machine: MachineReference;
      unit: string;
      lines: number;
      recipient: string;
    }): Promise<{ sealed: string }> {
      const target = sshTarget({ cluster: request.cluster.identity, machine: request.machine });
      const script = `journalctl --no-pager --unit=${quoteShell(request.unit)} --lines=${Math.trunc(request.lines)}`;
      const result = await runner.run(target, script, { signal: cancellationSignal(), timeoutMs: 15_000 });
      return { sealed: seal(request.recipient, scrub(result.stdout), 'logs') };
    },
  };
}
