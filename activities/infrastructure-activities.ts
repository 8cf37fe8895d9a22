import type { ClusterAllocation } from '../domain/network/cluster-network.ts';
import type { ClusterIdentity } from '../domain/identity.ts';
import type { Machine } from '../domain/machine.ts';
import { cancellationSignal, reportProgress } from './progress.ts';
import type { AllocationRequest, Backend, ClusterScope, MachineProvider, MachineReference } from './seams/machine-provider.ts';
import { sshTarget } from './ssh-target.ts';
import type { CommandRunner, WaitForSsh } from './seams/command-runner.ts';
import type { ClusterSecrets } from './store/cluster-secrets.ts';

export type MachineTask = ClusterScope & { readonly machine: Machine };

/** Effects on what Machines are made of. Each looks before it acts and can be run twice. */
export function createInfrastructureActivities(deps: {
  readonly provider: MachineProvider;
  readonly secrets: ClusterSecrets;
  readonly waitForSsh: WaitForSsh;
  readonly runner: Pick<CommandRunner, 'forget'>;
}) {
  const { provider, secrets } = deps;
  return {
    async allocateCluster(request: AllocationRequest): Promise<ClusterAllocation> {
      return provider.allocate(request, cancellationSignal());
    },
    async claimSshPorts(request: { cluster: ClusterIdentity; names: readonly string[]; others?: readonly string[] }): Promise<Readonly<Record<string, number>>> {
      return provider.claimPorts(request);
    },
    async ensureNetwork(scope: ClusterScope): Promise<void> {
      await provider.ensureNetwork(scope, cancellationSignal());
    },
    async ensureLoadBalancer(request: ClusterScope & { apiServerPort: number }): Promise<void> {
      await provider.ensureLoadBalancer(request, cancellationSignal());
    },
    async ensureMachine(task: MachineTask & { serviceSubnets: readonly string[] }): Promise<void> {
      const { cluster, allocation, machine, serviceSubnets } = task;
      // Not the certificates: the manifest may bring some, and they are made where it is known.
      const [sshAuthorizedKey, hostKey] = await Promise.all([secrets.ensureSshKey(cluster), secrets.ensureHostKey(cluster.uid, machine.uid)]);
      await provider.ensureMachine(
        {
          cluster,
          allocation,
          machine: machine.name,
          machineUid: machine.uid,
          role: machine.role,
          owner: machine.owner,
          version: machine.version,
          address: machine.address,
          sshPort: machine.sshPort,
          ...(machine.failureDomain === undefined ? {} : { failureDomain: machine.failureDomain }),
          spec: machine.infrastructure,
          serviceSubnets,
          sshAuthorizedKey,
          sshHostKey: hostKey.privateKey,
        },
        cancellationSignal(),
      );
    },
    /** The manifest's preLoadImages, before kubeadm could miss one of them. */
    async loadImages(task: MachineTask): Promise<void> {
      const { cluster, allocation, machine } = task;
      const images = machine.infrastructure.preLoadImages ?? [];
      reportProgress({ phase: 'images', waitingFor: images.join(', ') });
      await provider.loadImages({ cluster, allocation, machine: machine.name, machineUid: machine.uid, images }, cancellationSignal());
    },
    /**
     * The images of kube-proxy and CoreDNS that one Machine of each version has, for those that lack them: Machines
     * of two versions run the add-ons of both for a while, and there may be no registry.
     */
    async carryAddonImages(request: ClusterScope & { readonly from: readonly Machine[]; readonly to: readonly Machine[] }): Promise<{ readonly carried: readonly string[] }> {
      const { cluster, allocation, from, to } = request;
      const signal = cancellationSignal();
      const carried = new Set<string>();
      for (const target of to) {
        for (const source of oneOfEachVersion(from)) {
          reportProgress({ phase: 'add-on images', waitingFor: `${source.name} to ${target.name}` });
          const images = await provider.carryImages({ cluster, allocation, from: reference(source), to: reference(target), repositories: addonRepositories }, signal);
          for (const image of images) carried.add(image);
        }
      }
      return { carried: [...carried] };
    },
    async waitForSsh(task: MachineTask): Promise<void> {
      await deps.waitForSsh(sshTarget(task), {
        signal: cancellationSignal(),
        timeoutMs: 180_000,
        onProgress: (waitingFor) => reportProgress({ phase: 'waiting for the Machine', waitingFor }),
      });
    },
    async setBackends(request: ClusterScope & { backends: readonly Backend[] }): Promise<void> {
      await provider.setBackends(request, request.backends, cancellationSignal());
    },
    async deleteInfrastructure(request: { cluster: ClusterIdentity }): Promise<{ readonly removed: readonly string[] }> {
      deps.runner.forget(request.cluster.uid);
      return provider.deleteCluster(request.cluster, cancellationSignal());
    },
  };
}

/** What kubeadm deploys on every Machine, or wherever there is room. */
const addonRepositories = ['kube-proxy', 'coredns'] as const;

function oneOfEachVersion(machines: readonly Machine[]): readonly Machine[] {
  return machines.filter((machine, index) => machines.findIndex(({ version }) => version === machine.version) === index);
}

function reference({ name, uid }: Machine): MachineReference {
  return { machine: name, machineUid: uid };
}
