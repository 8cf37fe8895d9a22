import type { ClusterAllocation } from '../../domain/network/cluster-network.ts';
import type { ClusterIdentity } from '../../domain/identity.ts';
import { joinedControlPlanes } from '../../domain/machine.ts';
import type { ClusterObservation } from '../../domain/observation.ts';
import { apiAccess } from '../api-access.ts';
import type { ClusterTables, KubernetesTable } from '../seams/cluster-tables.ts';
import type { EtcdMembers } from '../seams/etcd-members.ts';
import type { WorkflowHistories } from '../seams/workflow-histories.ts';
import { sshTarget } from '../ssh-target.ts';
import type { ClusterRecord } from '../store/cluster-record.ts';
import type { ClusterRecords } from '../store/cluster-records.ts';
import type { Findings } from './findings.ts';

const nothingAllocated = 'nothing has been allocated for the cluster';

/** The API's lists that are worth reading, as kubectl would show them. */
const lists: readonly (readonly [file: string, path: string])[] = [
  ['nodes.txt', '/api/v1/nodes'],
  ['pods.txt', '/api/v1/pods'],
  ['events.txt', '/api/v1/events'],
  ['services.txt', '/api/v1/services'],
  ['daemonsets.txt', '/apis/apps/v1/daemonsets'],
];

/** What outlives Temporal. */
export async function collectStored(record: ClusterRecord, records: Pick<ClusterRecords, 'readJournal'>, found: Findings): Promise<void> {
  found.json('store/record.json', record);
  const journal = await found.attempt('store/journal.json', () => records.readJournal(record.identity.uid));
  if (journal !== undefined) found.json('store/journal.json', journal);
}

/** What the cluster's workflow holds for true, and what can be seen of the cluster. */
export async function collectState(
  record: ClusterRecord,
  deps: {
    readonly histories: Pick<WorkflowHistories, 'askCluster'>;
    readonly observe: (request: { cluster: { identity: ClusterIdentity; allocation: ClusterAllocation } }) => Promise<ClusterObservation>;
  },
  found: Findings,
): Promise<void> {
  const { identity, allocation } = record;
  const state = await found.attempt('state.json', () => deps.histories.askCluster(identity.name));
  if (state !== undefined) found.json('state.json', state);
  if (record.deletedAt !== undefined) return undefined;
  if (allocation === undefined) return found.missing('observation.json', nothingAllocated);
  const observation = await found.attempt('observation.json', () => deps.observe({ cluster: { identity, allocation } }));
  if (observation !== undefined) found.json('observation.json', observation);
}

export async function collectKubernetes(
  record: ClusterRecord,
  deps: { readonly tables: ClusterTables; readonly signal: AbortSignal },
  found: Findings,
): Promise<void> {
  const { identity, allocation } = record;
  if (allocation === undefined) return found.missing('kubernetes/', nothingAllocated);
  const access = apiAccess({ cluster: identity, allocation });
  await Promise.all(
    lists.map(async ([file, path]) => {
      const table = await found.attempt(`kubernetes/${file}`, () => deps.tables.list(access, path, deps.signal));
      if (table !== undefined) found.text(`kubernetes/${file}`, renderTable(table));
    }),
  );
}

/** etcd's members as the first control-plane Machine that answers lists them. */
export async function collectMembers(
  record: ClusterRecord,
  deps: { readonly members: Pick<EtcdMembers, 'list'>; readonly signal: AbortSignal },
  found: Findings,
): Promise<void> {
  const path = 'etcd-members.json';
  const serving = joinedControlPlanes(record.machines);
  if (serving.length === 0) found.missing(path, 'no control-plane Machine has joined');
  for (const machine of serving) {
    const members = await found.attempt(`${path} (asked of ${machine.name})`, () => deps.members.list(sshTarget({ cluster: record.identity, machine }), deps.signal));
    if (members !== undefined) return found.json(path, members);
  }
}

function renderTable({ columns, rows }: KubernetesTable): string {
  const lines = [columns.map((column) => column.toUpperCase()), ...rows];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => (line[index] ?? '').length)));
  return lines.map((line) => `${line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('   ').trimEnd()}\n`).join('');
}
