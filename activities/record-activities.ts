import { isDeepStrictEqual } from 'node:util';
import type { ProvidedPki } from '../api/desired-cluster.ts';
import { currentOperation, type ClusterState } from '../domain/cluster-state.ts';
import type { ClusterIdentity } from '../domain/identity.ts';
import type { JournalEntry } from '../domain/journal.ts';
import { standingOf } from '../domain/standing.ts';
import type { StepReport } from '../domain/step.ts';
import type { ClusterRecords } from './store/cluster-records.ts';
import type { ClusterPublicKeys, ClusterSecrets } from './store/cluster-secrets.ts';
import type { BackupSchedules } from './seams/backup-schedules.ts';
import type { StepLookup } from './seams/step-lookup.ts';

/** Effects on the store, and the entity's way to ask Temporal for its steps. */
export function createRecordActivities(deps: {
  readonly records: ClusterRecords;
  readonly secrets: ClusterSecrets;
  readonly steps: StepLookup;
  readonly schedules: Pick<BackupSchedules, 'remove'>;
  readonly now: () => number;
}) {
  const { records, secrets, steps } = deps;
  /** By UID: each pass of a cluster records it, and its specification changes seldom. */
  const savedRevisions = new Map<string, number>();

  const saveRevision = async (state: ClusterState): Promise<void> => {
    const { identity, revision, desired, createdAt } = state;
    if (savedRevisions.get(identity.uid) === revision) return;
    const operation = currentOperation(state);
    const who = { actor: operation?.actor ?? '', reason: operation?.reason ?? '', at: operation?.startedAt ?? createdAt };
    await records.saveRevision(identity.uid, revision, { desired, ...who });
    savedRevisions.set(identity.uid, revision);
  };

  return {
    /**
     * The revision first, for a record names it; the journal last: what it tells of is then always in
     * the record. @throws RecordConflictError where another specification has that revision
     */
    async recordCluster(request: { state: ClusterState; journal: readonly JournalEntry[] }): Promise<void> {
      const { state, journal } = request;
      const { identity, desired, revision, allocation, machines, createdAt, version } = state;
      const standing = standingOf(state);
      await saveRevision(state);
      await records.save({
        schemaVersion: 1,
        version,
        identity,
        desired,
        revision,
        machines,
        createdAt,
        ...(isDeepStrictEqual(standing, {}) ? {} : { standing }),
        ...(allocation === undefined ? {} : { allocation }),
      });
      if (journal.length > 0) await records.appendJournal(identity.uid, ...journal);
    },

    /** `provided`: references to the certificates that the manifest brings. */
    async ensureClusterSecrets(identity: ClusterIdentity, provided?: ProvidedPki): Promise<ClusterPublicKeys> {
      return secrets.ensure(identity, provided);
    },

    /** Its backups stay; none is begun any more. */
    async markClusterDeleted(identity: ClusterIdentity): Promise<void> {
      await deps.schedules.remove(identity.name);
      await records.markDeleted(identity.uid, deps.now());
    },

    async deleteClusterSecrets(identity: ClusterIdentity): Promise<void> {
      await secrets.deleteAll(identity.uid);
    },

    /** Reports of those that have ended; one that still runs will report by itself. */
    async lookUpSteps(wanted: readonly { readonly stepId: string; readonly generation: number }[]): Promise<readonly StepReport[]> {
      const found = await Promise.all(wanted.map((step) => steps.find(step)));
      return found.filter((report) => report !== undefined);
    },
  };
}
