import type { AdoptableCluster } from '../domain/adopt.ts';
import { ClusterNotFoundError } from './request-errors.ts';
import { apiAccess } from './api-access.ts';
import { cancellationSignal } from './progress.ts';
import type { MachineProvider } from './seams/machine-provider.ts';
import type { WorkloadCluster } from './seams/workload-cluster.ts';
import type { ClusterRecords } from './store/cluster-records.ts';

/** Looks at everything that is left of a cluster. Reads only. */
export function createAdoptActivities(deps: {
  readonly host: string;
  readonly records: ClusterRecords;
  readonly provider: MachineProvider;
  readonly workload: WorkloadCluster;
}) {
  const { records, provider, workload } = deps;
  return {
    async findAdoptableCluster(request: { name: string }): Promise<AdoptableCluster> {
      const signal = cancellationSignal();
      const record = await records.findByName(request.name);
      if (record === undefined) {
        throw new ClusterNotFoundError(`the store holds no cluster ${request.name} that could be adopted`);
      }
      const { identity, allocation } = record;
      const machines = await provider.listMachines(identity, signal);
      const scope = allocation === undefined ? undefined : { cluster: identity, allocation };
      const access = scope === undefined ? undefined : apiAccess(scope);
      const answers = access !== undefined && (await workload.isReady(access, signal));
      const nodes = answers ? await workload.listNodes(access, signal) : [];
      return {
        identity,
        host: allocation?.host ?? deps.host,
        desired: record.desired,
        revision: record.revision,
        version: record.version,
        createdAt: record.createdAt,
        ...(allocation === undefined ? {} : { allocation }),
        machines: record.machines,
        ...(record.standing === undefined ? {} : { standing: record.standing }),
        infrastructurePresent: machines.length > 0,
        provisioned: machines.filter((machine) => machine.state === 'running').map((machine) => machine.machine),
        nodes: nodes.map((node) => node.name),
      };
    },
  };
}
