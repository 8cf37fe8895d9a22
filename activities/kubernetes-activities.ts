import { setTimeout as sleep } from 'node:timers/promises';
import { readObjects } from '../api/delivered-objects.ts';
import type { DesiredCluster, ResourceSet, SecretValue } from '../api/desired-cluster.ts';
import { nodeMetadata, nodeTaints, type NodeMetadata } from '../domain/node/node-labels.ts';
import type { Machine } from '../domain/machine.ts';
import { renderFlannel } from './addons/flannel.ts';
import { apiAccess } from './api-access.ts';
import type { MachineTask } from './infrastructure-activities.ts';
import { cancellationSignal, reportProgress } from './progress.ts';
import type { ClusterScope } from './seams/machine-provider.ts';
import type { WorkloadCluster } from './seams/workload-cluster.ts';
import type { ClusterSecrets } from './store/cluster-secrets.ts';

const pollMs = 250;

/** Effects on Kubernetes itself. */
export function createKubernetesActivities(deps: {
  readonly workload: WorkloadCluster;
  readonly flannelImage: string;
  readonly secrets: Pick<ClusterSecrets, 'resolveSecret'>;
}) {
  const { workload, secrets } = deps;
  const reveal = async (value: SecretValue): Promise<string> => {
    if ('ref' in value) return secrets.resolveSecret(value.ref);
    throw new Error('what a ClusterResourceSet delivers was not admitted: it is no reference');
  };
  return {
    async waitForApiServer(scope: ClusterScope): Promise<void> {
      const signal = cancellationSignal();
      reportProgress({ phase: 'API server', waitingFor: 'the endpoint to answer' });
      while (!(await workload.isReady(apiAccess(scope), signal))) await sleep(pollMs, undefined, { signal });
    },

    async installNetworkAddon(request: ClusterScope & { podCIDR: string; apiServerPort: number }): Promise<void> {
      const apiServer = { address: request.allocation.loadBalancerAddress, port: request.apiServerPort };
      const manifests = renderFlannel({ podCIDR: request.podCIDR, image: deps.flannelImage, apiServer });
      await workload.apply(apiAccess(request), manifests, cancellationSignal());
    },

    async waitForNode(task: MachineTask): Promise<void> {
      const signal = cancellationSignal();
      const access = apiAccess(task);
      await workload.waitForNodeReady(access, task.machine.name, {
        signal,
        onProgress: (waitingFor) => reportProgress({ phase: 'Node ready', waitingFor }),
      });
    },

    async labelNode(task: MachineTask & NodeMetadata): Promise<void> {
      const { labels, annotations } = task;
      const { name } = task.machine;
      if (await workload.updateNode(apiAccess(task), name, { labels, annotations }, cancellationSignal())) return;
      throw new Error(`Node ${name} is gone: nothing was written on it`);
    },

    /** What of the Machines' metadata and taints is carried out in place, on the Nodes that are there. */
    async updateNodes(request: ClusterScope & { desired: DesiredCluster; machines: readonly Machine[] }): Promise<{ readonly missing: readonly string[] }> {
      const { desired, machines } = request;
      const signal = cancellationSignal();
      const missing: string[] = [];
      for (const machine of machines) {
        reportProgress({ phase: 'Nodes', waitingFor: `Node ${machine.name}` });
        const wanted = { ...nodeMetadata(desired, machine), taints: nodeTaints(desired, machine) };
        if (!(await workload.updateNode(apiAccess(request), machine.name, wanted, signal))) missing.push(machine.name);
      }
      return { missing };
    },

    /**
     * What one ClusterResourceSet delivers, in the order in which it names it.
     * @throws DeliveryError
     */
    async applyResourceSet(request: ClusterScope & { set: ResourceSet }): Promise<void> {
      const { name, strategy, resources } = request.set;
      for (const resource of resources) {
        reportProgress({ phase: `ClusterResourceSet ${name}`, waitingFor: `the objects of ${resource.kind} ${resource.name}` });
        const objects = readObjects(await reveal(resource.content)) ?? [];
        await workload.deliver(apiAccess(request), { objects, strategy }, cancellationSignal());
      }
    },
  };
}
