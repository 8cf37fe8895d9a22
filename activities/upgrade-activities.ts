import type { DesiredCluster } from '../api/desired-cluster.ts';
import { addonsConfigPath, uploadConfigPath, uploadKubeconfigPath } from '../domain/kubeadm/paths.ts';
import { renderAddonsConfig, renderUploadConfig } from '../domain/kubeadm/render-upgrade.ts';
import { addonsRolledOut, upgradePartNames, type UpgradePart } from '../domain/kubeadm/upgrade-scripts.ts';
import type { MachineTask } from './infrastructure-activities.ts';
import { KubeadmFailedError } from './kubeadm/errors.ts';
import { removeStaticPodsOfLostNodes } from './kubernetes/lost-static-pods.ts';
import { waitForAddons } from './kubernetes/wait-for-addons.ts';
import { apiAccess } from './api-access.ts';
import type { ClusterCredentials } from './pki/cluster-credentials.ts';
import { bindProgress, cancellationSignal, currentAttempt, reportProgress } from './progress.ts';
import type { Bootstrapper } from './seams/bootstrapper.ts';
import type { ClusterScope } from './seams/machine-provider.ts';
import type { NodeMaintenance } from './seams/node-maintenance.ts';
import type { WorkloadCluster } from './seams/workload-cluster.ts';
import { sshTarget } from './ssh-target.ts';

type UpgradeTask = MachineTask & {
  readonly desired: DesiredCluster;
  /** Kubernetes version that the part brings. */
  readonly version: string;
  /** Generation of the step: what it runs, it runs once. */
  readonly step: number;
  /** Grows with each try of the step. */
  readonly generation: number;
};

const credentialHours = 0.25;

/** What kubeadm on one Machine does for the whole cluster when its version or its configuration changes. */
export function createUpgradeActivities(deps: {
  readonly bootstrapper: Bootstrapper;
  readonly credentials: Pick<ClusterCredentials, 'adminKubeconfig'>;
  readonly workload: Pick<WorkloadCluster, 'listNodes' | 'listComponents' | 'listAddonRollouts'>;
  readonly maintenance: Pick<NodeMaintenance, 'listPods' | 'deletePod'>;
  /** etcd image tag to use instead of kubeadm's own default for that Kubernetes version. */
  readonly etcdImageTag: (kubernetesVersion: string) => string | undefined;
}) {
  const { bootstrapper, credentials } = deps;

  const run = async (task: UpgradeTask, part: UpgradePart): Promise<void> => {
    const { machine, version, step, generation, desired } = task;
    const phase = upgradePartNames[part];
    const { verbosity } = desired.controlPlane.bootstrap;
    const report = bindProgress();
    report({ phase });
    const result = await bootstrapper.runUpgrade(
      sshTarget(task),
      { part, version, step, generation: generation * 1000 + currentAttempt(), ...(verbosity === undefined ? {} : { verbosity }) },
      { signal: cancellationSignal(), onOutput: (line) => report({ phase, waitingFor: line.slice(0, 200) }) },
    );
    if (result.exitCode === 0) return;
    const output = `${result.stdout}\n${result.stderr}`;
    throw new KubeadmFailedError({ machine: machine.name, command: phase, exitCode: result.exitCode, output });
  };

  return {
    /**
     * The configuration that Machines of that version read when they join. `node`: a Node that exists.
     * @throws KubeadmFailedError
     */
    async uploadConfig(task: UpgradeTask & { readonly node: string }): Promise<void> {
      const { cluster, allocation, machine, desired, version, node } = task;
      const etcdImageTag = deps.etcdImageTag(version);
      const config = renderUploadConfig({ desired, allocation, machine, node, version, ...(etcdImageTag === undefined ? {} : { etcdImageTag }) });
      const server = `https://${allocation.loadBalancerAddress}:${desired.network.apiServerPort}`;
      const kubeconfig = await credentials.adminKubeconfig(cluster.uid, { server, clusterName: 'kubernetes', ttlHours: credentialHours });
      const signal = cancellationSignal();
      await bootstrapper.writeFile(sshTarget(task), { path: uploadConfigPath, content: config, mode: '0600' }, signal);
      await bootstrapper.writeFile(sshTarget(task), { path: uploadKubeconfigPath, content: kubeconfig, mode: '0600' }, signal);
      await run(task, 'upload-config');
    },

    /**
     * CoreDNS and kube-proxy at that version, users' changes of the Corefile kept. kubeadm leaves them as
     * they are while it sees Pods of a control plane of another version: those of Machines that have gone
     * stay for a minute, and are removed here.
     * @throws KubeadmFailedError
     */
    async upgradeAddons(task: UpgradeTask): Promise<void> {
      const { desired, version } = task;
      const signal = cancellationSignal();
      reportProgress({ phase: upgradePartNames.addons, waitingFor: 'static Pods of Machines that are gone to be removed' });
      await removeStaticPodsOfLostNodes({ ...deps, access: apiAccess(task), signal });
      await bootstrapper.writeFile(sshTarget(task), { path: addonsConfigPath, content: renderAddonsConfig({ desired, version }), mode: '0600' }, signal);
      await run(task, 'addons');
    },

    /**
     * kubeadm is done when it has written what is wanted: Pods follow one after the other.
     * @throws AddonsNotReadyError
     */
    async waitForAddons(scope: ClusterScope): Promise<void> {
      const report = bindProgress();
      await waitForAddons({
        workload: deps.workload,
        cluster: scope.cluster.name,
        access: apiAccess(scope),
        signal: cancellationSignal(),
        onProgress: (waitingFor) => report({ phase: addonsRolledOut, waitingFor }),
      });
    },
  };
}
