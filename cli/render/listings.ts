import type { ClusterView, MachineView, OperationView, ReplicaView } from '../views/cluster-view.ts';
import { formatAge, formatDuration } from './age.ts';
import { renderTable } from './table.ts';
import { firstLine } from './text.ts';

export type ListingOptions = { readonly wide: boolean; readonly now: number };

export function renderClusters(clusters: readonly ClusterView[], { wide, now }: ListingOptions): string {
  return renderTable({
    header: ['NAME', 'PHASE', 'VERSION', 'CONTROL PLANE', 'WORKERS', 'AGE', ...(wide ? ['OPERATION', 'ENDPOINT', 'UID'] : [])],
    rows: clusters.map((cluster) => [
      cluster.name,
      phaseOf(cluster),
      cluster.controlPlane.version,
      ratio([cluster.controlPlane]),
      ratio(cluster.machineDeployments),
      age(cluster.createdAt, now),
      ...(wide
        ? [
            cluster.operation === null ? '-' : `${cluster.operation.id} ${cluster.operation.phase}`,
            cluster.endpoint === null ? '-' : `https://${cluster.endpoint.host}:${cluster.endpoint.port}`,
            cluster.uid,
          ]
        : []),
    ]),
  });
}

export function renderMachines(machines: readonly MachineView[], { wide, now }: ListingOptions): string {
  return renderTable({
    header: ['NAME', 'CLUSTER', 'OWNER', 'ROLE', 'PHASE', 'UP-TO-DATE', 'VERSION', 'AGE', ...(wide ? ['ADDRESS', 'SSH', 'UID'] : [])],
    rows: machines.map((machine) => [
      machine.name,
      machine.cluster,
      machine.owner,
      machine.role,
      machine.phase,
      machine.upToDate === null ? '-' : machine.upToDate ? 'True' : 'False',
      machine.version,
      age(machine.createdAt, now),
      ...(wide ? [machine.address, `127.0.0.1:${machine.sshPort}`, machine.uid] : []),
    ]),
  });
}

export function renderOperations(operations: readonly OperationView[], { wide, now }: ListingOptions): string {
  return renderTable({
    header: ['ID', 'CLUSTER', 'VERB', 'PHASE', 'AGE', 'TOOK', 'ACTOR', ...(wide ? ['ON FAILURE', 'REASON', 'EVIDENCE'] : [])],
    rows: operations.map((operation) => [
      operation.id,
      operation.cluster,
      operation.verb,
      operation.phase,
      age(operation.startedAt, now),
      operation.endedAt === null ? '-' : formatDuration(Date.parse(operation.endedAt) - Date.parse(operation.startedAt)),
      operation.actor,
      ...(wide
        ? [operation.onFailure, operation.reason ?? '-', operation.evidence === null ? '-' : `${operation.evidence.at}: ${firstLine(operation.evidence.message)}`]
        : []),
    ]),
  });
}

/** What a person should look at stands beside the phase, as `describe` calls it. */
function phaseOf({ phase, operation, rollout }: ClusterView): string {
  const beside = operation?.phase === 'Blocked' ? 'Blocked' : rollout;
  return beside === null ? phase : `${phase} (${beside})`;
}

function ratio(owners: readonly ReplicaView[]): string {
  const sum = (pick: (owner: ReplicaView) => number): number => owners.reduce((total, owner) => total + pick(owner), 0);
  return `${sum(({ running }) => running)}/${sum(({ replicas }) => replicas)}`;
}

function age(time: string, now: number): string {
  return formatAge(now - Date.parse(time));
}
