import type { ClusterHistory, HistoryItem } from '../history/history.ts';

/** `history -o json`: keys are a stable interface, times are ISO 8601, docs/cli.md says what they mean. */
export function viewHistory(history: ClusterHistory): object {
  const { name, uid, clusters, items, earlier } = history;
  return {
    kind: 'History',
    cluster: name,
    uid,
    clusters: clusters.map(({ uid: each, createdAt, deletedAt }) => ({ uid: each, createdAt: isoTime(createdAt), deletedAt: isoTime(deletedAt) })),
    earlierEntries: earlier,
    items: items.map(viewItem),
  };
}

function viewItem(item: HistoryItem): object {
  const { id, kind, operation, subject, action, actor, reason, changes, startedAt, endedAt, attempts, outcome, evidence, phases } = item;
  return {
    id,
    kind,
    operation,
    subject,
    action,
    actor: actor ?? null,
    reason,
    changes: changes ?? [],
    startedAt: isoTime(startedAt),
    endedAt: isoTime(endedAt),
    durationSeconds: seconds(startedAt, endedAt),
    attempts: attempts ?? null,
    outcome,
    evidence: evidence ?? null,
    phases: phases.map((phase) => ({
      name: phase.name,
      startedAt: isoTime(phase.startedAt),
      endedAt: isoTime(phase.endedAt),
      durationSeconds: seconds(phase.startedAt, phase.endedAt),
      failed: phase.failed === true,
    })),
  };
}

function isoTime(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}

function seconds(from: number, to: number | undefined): number | null {
  return to === undefined ? null : (to - from) / 1000;
}
