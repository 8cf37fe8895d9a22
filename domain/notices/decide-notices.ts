import { bump } from '../update-state.ts';
import { currentOperation, type ClusterState } from '../cluster-state.ts';
import type { Operation } from '../operation.ts';
import type { PlanFacts } from '../plan/plan-facts.ts';
import { describeLost, lostMachines } from '../health/record-health.ts';
import { etcdHasQuorum } from '../quorum/checks.ts';
import type { DeliveryReport, Notice, ToldNotice } from './notice.ts';

export type NoticeDecision = {
  /** What has come true: told once, whatever becomes of it. */
  readonly tell: readonly Notice[];
  /** All that is true, with how telling went. */
  readonly notices: readonly ToldNotice[];
};

/** Tells of each thing when it comes true, and of the same again only after it was not true in between. */
export function decideNotices(previous: readonly ToldNotice[], now: readonly Notice[]): NoticeDecision {
  const known = (notice: Notice): ToldNotice | undefined => previous.find((told) => told.kind === notice.kind && told.subject === notice.subject);
  return {
    tell: now.filter((notice) => known(notice) === undefined),
    notices: now.map((notice) => known(notice) ?? { ...notice, delivery: 'underWay' }),
  };
}

/** What is true of a cluster and a person must know. Without `facts`, what was seen last is still so. */
export function currentNotices(state: ClusterState, facts: PlanFacts | undefined, now: number): readonly Notice[] {
  const operation = currentOperation(state);
  const blocked = operation !== undefined && waitsForPerson(state, operation) ? [blockedNotice(operation, now)] : [];
  return [...blocked, ...quorumNotices(state, facts, now), ...lostNotices(state), ...staleNotices(state)];
}

/** Each Machine is news of its own. */
function lostNotices(state: ClusterState): readonly Notice[] {
  return lostMachines(state).map(({ since, ...machine }) => ({ kind: 'MachineLost', subject: machine.name, since, reasons: [describeLost(machine)] }));
}

function staleNotices({ identity, backupStale }: ClusterState): readonly Notice[] {
  return backupStale === undefined ? [] : [{ kind: 'BackupStale', subject: identity.name, ...backupStale }];
}

/** From a scheduled attempt; that all is well again is told nobody, and lets it be told anew. */
export function recordBackupStale(state: ClusterState, stale: ClusterState['backupStale']): ClusterState {
  const { backupStale: before, ...rest } = state;
  if ((before === undefined) === (stale === undefined)) return state;
  return bump(stale === undefined ? rest : { ...rest, backupStale: stale });
}

/** A create that undoes or keeps what it made by itself is Blocked for a moment only. */
function waitsForPerson({ steps }: ClusterState, { phase, verb, onFailure }: Operation): boolean {
  if (phase !== 'Blocked') return false;
  return verb !== 'create' || onFailure === 'block' || steps.some((step) => step.kind === 'DeleteCluster' && step.state === 'Blocked');
}

function blockedNotice({ id, verb, actor, evidence }: Operation, since: number): Notice {
  const reasons = evidence === undefined ? [] : [`at ${evidence.at}`, ...`${evidence.error}: ${evidence.message}`.trimEnd().split('\n')];
  return { kind: 'Blocked', subject: id, operation: { id, verb, actor }, since, reasons };
}

function quorumNotices({ desired, health, notices = [], operations }: ClusterState, facts: PlanFacts | undefined, since: number): readonly Notice[] {
  if (facts === undefined || !facts.etcd.known) {
    const told = notices.filter(({ kind }) => kind === 'QuorumLost');
    if (told.length > 0 || health?.quorumLost === undefined) return told;
    return [{ kind: 'QuorumLost', subject: desired.controlPlane.name, since: health.quorumLost.since, reasons: [health.quorumLost.message] }];
  }
  const { status, message } = etcdHasQuorum(facts.etcd.value);
  if (status === 'True') return [];
  const operation = operations.at(-1);
  const about = operation === undefined ? {} : { operation: { id: operation.id, verb: operation.verb, actor: operation.actor } };
  return [{ kind: 'QuorumLost', subject: desired.controlPlane.name, ...about, since, reasons: [message] }];
}

export function recordNotices(state: ClusterState, notices: readonly ToldNotice[]): ClusterState {
  const { notices: before = [], ...rest } = state;
  if (before.length === notices.length && notices.every((notice) => before.includes(notice))) return state;
  return bump(notices.length === 0 ? rest : { ...rest, notices });
}

/** Of a notice that is true no more, how telling went matters to nobody. */
export function recordDelivery(state: ClusterState, report: DeliveryReport): ClusterState {
  const isMeant = (told: ToldNotice): boolean => told.kind === report.kind && told.subject === report.subject && told.since === report.since;
  const { notices = [] } = state;
  return recordNotices(state, notices.map((told) => (isMeant(told) ? { ...told, ...report } : told)));
}
