import { randomBytes } from 'node:crypto';
import type { DesiredCluster } from '../api/desired-cluster.ts';
import { discoveryPath, kubeadmConfigPath, kubeletBootstrapPath } from '../domain/kubeadm/paths.ts';
import { renderInitConfig, renderJoinConfig } from '../domain/kubeadm/render-config.ts';
import type { KubeadmOptions } from '../domain/kubeadm/kubeadm-options.ts';
import { stageNames, type BootstrapRole, type KubeadmStage } from '../domain/kubeadm/scripts.ts';
import { userFiles } from './kubeadm/bootstrap-files.ts';
import { createKnownSecretFilter } from './known-secrets.ts';
import { KubeadmFailedError } from './kubeadm/errors.ts';
import { certificateFiles } from './kubeadm/certificate-files.ts';
import type { MachineTask } from './infrastructure-activities.ts';
import type { ClusterCredentials } from './pki/cluster-credentials.ts';
import { bindProgress, cancellationSignal, currentAttempt } from './progress.ts';
import type { Bootstrapper } from './seams/bootstrapper.ts';
import type { RemoteFile } from './seams/command-runner.ts';
import { sshTarget } from './ssh-target.ts';
import type { ClusterSecrets } from './store/cluster-secrets.ts';

type BootstrapData = MachineTask & { readonly role: BootstrapRole; readonly desired: DesiredCluster };
type KubeadmRun = MachineTask & { readonly stage: KubeadmStage; readonly generation: number; readonly options: KubeadmOptions; readonly backup?: string };

const credentialMinutes = 20;

/** kubeadm on a Machine: what it is given, and what came of it. */
export function createBootstrapActivities(deps: {
  readonly bootstrapper: Bootstrapper;
  readonly secrets: ClusterSecrets;
  readonly credentials: ClusterCredentials;
  /** etcd image tag to use instead of kubeadm's own default for that Kubernetes version. */
  readonly etcdImageTag: (kubernetesVersion: string) => string | undefined;
}) {
  const { bootstrapper, secrets, credentials } = deps;

  return {
    /** Configuration, certificates and the manifest's files; secrets leave the store only here. */
    async writeBootstrapData(task: BootstrapData): Promise<void> {
      const { cluster, allocation, machine, desired, role } = task;
      const files: RemoteFile[] = [...(await userFiles({ desired, machine, resolve: (ref) => secrets.resolveSecret(ref) }))];
      if (role !== 'join-worker') files.push(...certificateFiles(await secrets.loadPki(cluster.uid)));
      const etcdImageTag = deps.etcdImageTag(machine.version);
      const config =
        role === 'init'
          ? renderInitConfig({ desired, allocation, machine, unusedToken: unusedToken(), ...(etcdImageTag === undefined ? {} : { etcdImageTag }) })
          : renderJoinConfig({ desired, allocation, machine });
      files.push({ path: kubeadmConfigPath, content: config, mode: '0600' });
      if (role !== 'init') {
        const server = `https://${allocation.loadBalancerAddress}:${desired.network.apiServerPort}`;
        const content = await credentials.bootstrapKubeconfig(cluster.uid, { server, ttlMinutes: credentialMinutes });
        files.push({ path: discoveryPath, content, mode: '0600' });
      }
      await bootstrapper.writeBootstrapData(sshTarget(task), { role, files }, cancellationSignal());
    },

    /**
     * For a Machine whose bootstrap was left half-way: the kubelet's own credential of then may have
     * expired. A kubelet that has its certificate does not look at it.
     */
    async renewKubeletCredential(task: MachineTask & { readonly apiServerPort: number }): Promise<void> {
      const server = `https://${task.machine.address}:${task.apiServerPort}`;
      const content = await credentials.bootstrapKubeconfig(task.cluster.uid, { server, ttlMinutes: credentialMinutes });
      await bootstrapper.writeFile(sshTarget(task), { path: kubeletBootstrapPath, content, mode: '0600' }, cancellationSignal());
    },

    /** @throws KubeadmFailedError with the last lines of its output, free of secrets */
    async runKubeadm(task: KubeadmRun): Promise<void> {
      const { machine, stage, generation, options, backup } = task;
      const command = stageNames[stage];
      const report = bindProgress();
      report({ phase: command });
      // The manifest's own commands run here too, and may print what they were given.
      const withoutSecrets = createKnownSecretFilter(await secrets.listInterned(task.cluster.uid));
      const result = await bootstrapper.run(
        sshTarget(task),
        { stage, machine, options, generation: generation * 1000 + currentAttempt(), ...(backup === undefined ? {} : { backup }) },
        { signal: cancellationSignal(), onOutput: (line) => report({ phase: command, waitingFor: withoutSecrets(line).slice(0, 200) }) },
      );
      if (result.exitCode !== 0) {
        const output = withoutSecrets(`${result.stdout}\n${result.stderr}`);
        throw new KubeadmFailedError({ machine: machine.name, command, exitCode: result.exitCode, output });
      }
    },

    /** Back to before kubeadm ran, so that the next generation starts clean. */
    async resetMachine(task: MachineTask & { readonly generation: number }): Promise<void> {
      const report = bindProgress();
      const result = await bootstrapper.reset(
        sshTarget(task),
        { step: task.generation, generation: task.generation * 1000 + currentAttempt() },
        { signal: cancellationSignal(), onOutput: (line) => report({ phase: 'kubeadm reset', waitingFor: line.slice(0, 200) }) },
      );
      if (result.exitCode !== 0) {
        throw new KubeadmFailedError({ machine: task.machine.name, command: 'kubeadm reset', exitCode: result.exitCode, output: result.stderr });
      }
    },
  };
}

/** kubeadm insists on a token; nobody ever learns this one. */
function unusedToken(): string {
  const hex = randomBytes(11).toString('hex');
  return `${hex.slice(0, 6)}.${hex.slice(6, 22)}`;
}
