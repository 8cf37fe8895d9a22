import { gzipSync } from 'node:zlib';
import { seal } from '../api/sealed-box.ts';
import type { ClusterAllocation } from '../domain/network/cluster-network.ts';
import type { ClusterIdentity } from '../domain/identity.ts';
import type { ClusterObservation } from '../domain/observation.ts';
import type { SupportAnswer, SupportPart } from '../domain/support.ts';
import { cancellationSignal } from './progress.ts';
import { ClusterNotFoundError } from './request-errors.ts';
import type { ClusterTables } from './seams/cluster-tables.ts';
import type { CommandRunner } from './seams/command-runner.ts';
import type { EtcdMembers } from './seams/etcd-members.ts';
import type { WorkflowHistories } from './seams/workflow-histories.ts';
import type { ClusterRecord } from './store/cluster-record.ts';
import type { ClusterRecords } from './store/cluster-records.ts';
import type { ClusterSecrets } from './store/cluster-secrets.ts';
import { createCleaner, listKnownSecrets } from './support/clean-text.ts';
import { collectKubernetes, collectMembers, collectState, collectStored } from './support/collect-cluster.ts';
import { collectHistories } from './support/collect-histories.ts';
import { collectMachine } from './support/collect-machine.ts';
import { createFindings, type Findings } from './support/findings.ts';

/**
 * What a support bundle holds of a cluster, a part at a time. What cannot be had is named, and is no
 * failure. Answers are sealed to the asker's key: logs tell more than everybody with access to
 * Temporal may know.
 */
export function createSupportActivities(deps: {
  readonly records: ClusterRecords;
  readonly secrets: ClusterSecrets;
  readonly runner: Pick<CommandRunner, 'run'>;
  readonly members: Pick<EtcdMembers, 'list'>;
  readonly tables: ClusterTables;
  readonly histories: WorkflowHistories;
  readonly observe: (request: { cluster: { identity: ClusterIdentity; allocation: ClusterAllocation } }) => Promise<ClusterObservation>;
}) {
  const { records } = deps;

  const collect = async (record: ClusterRecord, part: SupportPart, found: Findings): Promise<number | undefined> => {
    const { identity, machines } = record;
    const signal = cancellationSignal();
    switch (part.kind) {
      case 'store':
        await collectStored(record, records, found);
        return undefined;
      case 'state':
        await collectState(record, deps, found);
        return undefined;
      case 'kubernetes':
        await collectKubernetes(record, { tables: deps.tables, signal }, found);
        return undefined;
      case 'etcd':
        await collectMembers(record, { members: deps.members, signal }, found);
        return undefined;
      case 'machine': {
        const machine = machines.find(({ name }) => name === part.machine);
        if (machine === undefined) found.missing(`machines/${part.machine}/`, 'the store knows no such Machine');
        else await collectMachine({ cluster: identity, machine, runner: deps.runner, signal, found });
        return undefined;
      }
      case 'histories':
        return collectHistories({ cluster: identity.name, from: part.from, count: part.count, histories: deps.histories, found });
    }
  };

  return {
    async collectSupport(request: { name: string; part: SupportPart; recipient: string }): Promise<{ sealed: string }> {
      const { name, part, recipient } = request;
      const newest = (await records.listByName(name))[0];
      const record = newest === undefined ? undefined : await records.load(newest.uid);
      if (record === undefined) throw new ClusterNotFoundError(`the store has never known cluster ${name}`);
      const found = createFindings(createCleaner(await listKnownSecrets(deps.secrets, record.identity.uid)));
      const next = await collect(record, part, found);
      const answer: SupportAnswer = {
        uid: record.identity.uid,
        ...(record.deletedAt === undefined ? {} : { deletedAt: record.deletedAt }),
        machines: record.deletedAt === undefined ? record.machines.map((machine) => machine.name) : [],
        files: found.files,
        missing: found.missed,
        ...(next === undefined ? {} : { next }),
      };
      return { sealed: seal(recipient, gzipSync(JSON.stringify(answer)), 'support') };
    },
  };
}
