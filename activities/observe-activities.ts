import type { ClusterAllocation } from '../domain/network/cluster-network.ts';
import type { ClusterIdentity } from '../domain/identity.ts';
import type { ClusterObservation } from '../domain/observation.ts';
import { apiAccess } from './api-access.ts';
import { createObserver } from './observer.ts';
import type { MachineProvider } from './seams/machine-provider.ts';
import type { WorkloadCluster } from './seams/workload-cluster.ts';

const patienceMs = 5000;

/** Live facts for a person who asks: each with its age, or Unknown and why. Changes nothing. */
export function createObserveActivities(deps: {
  readonly provider: MachineProvider;
  readonly workload: WorkloadCluster;
  readonly now: () => number;
}) {
  const { provider, workload } = deps;

  const observe = createObserver({ now: deps.now, patienceMs });

  return {
    async observeCluster(request: {
      cluster: { identity: ClusterIdentity; allocation: ClusterAllocation };
    }): Promise<ClusterObservation> {
      const { identity, allocation } = request.cluster;
      const scope = { cluster: identity, allocation };
      const access = apiAccess(scope);
      const [apiServer, nodes, machines, backends] = await Promise.all([
        observe(async (signal) => {
          if (!(await workload.isReady(access, signal))) throw new Error(`no answer from ${access.server}`);
          return 'ready' as const;
        }),
        observe((signal) => workload.listNodes(access, signal)),
        observe(async (signal) =>
          (await provider.listMachines(identity, signal)).map(({ machine, state }) => ({ name: machine, state })),
        ),
        observe((signal) => provider.listBackends(scope, signal)),
      ]);
      return { apiServer, nodes, machines, backends };
    },
  };
}
