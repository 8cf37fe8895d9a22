import type { ClusterState } from './cluster-state.ts';
import { isOpen, type Operation } from './operation.ts';
import { forgetSaid } from './rollout/record-word.ts';
import type { RolloutSaying } from './rollout/rollout-word.ts';
import type { PhaseRecord, Step } from './step.ts';

/** One line of a cluster's append-only journal: an accepted command, or a step that ended. */
export type JournalEntry = {
  /** Stable: the same event has the same ID however often it is offered. */
  readonly id: string;
  /** Epoch milliseconds of the event. */
  readonly at: number;
  readonly kind: 'command' | 'step';
  readonly operation: string;
  readonly actor?: string;
  readonly subject: string;
  readonly action: string;
  readonly reason: string;
  /** Of a command: what it changed, a line each ("KubeadmControlPlane/demo-cp.spec.replicas: 1 → 3"); at most forty. */
  readonly changes?: readonly string[];
  readonly startedAt?: number;
  readonly endedAt?: number;
  /**
   * Of a step: how often the activity that was tried most was tried, or kubeadm was run where that is
   * more; 1 where nothing was tried twice. Absent where the step could not tell any more.
   */
  readonly attempts?: number;
  readonly outcome: 'accepted' | 'done' | 'blocked' | 'cancelled' | 'failed';
  /** Why a step was blocked or an operation given up; free of secrets. */
  readonly evidence?: string;
  /** Of a step, in the order in which they began; of very many the newest forty. */
  readonly phases?: readonly PhaseRecord[];
};

const keptPhases = 40;
const keptChanges = 40;

/** Everything in that state which belongs in the journal, oldest first. */
export function journalOf(state: ClusterState): readonly JournalEntry[] {
  const entries = [
    ...state.operations.flatMap((operation) => commandEntries(state, operation)),
    ...(state.rollouts?.said?.unsaved ?? []).map(wordEntry),
    ...state.steps.filter((step) => step.state !== 'Running').map((step) => stepEntry(state, step)),
  ];
  return entries.toSorted((a, b) => a.at - b.at);
}

function commandEntries(state: ClusterState, operation: Operation): readonly JournalEntry[] {
  const common = {
    kind: 'command' as const,
    operation: operation.id,
    actor: operation.actor,
    subject: `cluster/${state.identity.name}`,
    action: operation.verb,
    reason: operation.reason ?? '',
    startedAt: operation.startedAt,
  };
  const changes = operation.changes === undefined ? {} : { changes: operation.changes.slice(0, keptChanges) };
  const accepted: JournalEntry = { ...common, ...changes, id: `${operation.id}/accepted`, at: operation.startedAt, outcome: 'accepted' };
  const { cancelled } = operation;
  const cancel: JournalEntry[] =
    cancelled === undefined
      ? []
      : [{ ...common, id: `${operation.id}/cancel`, at: cancelled.at, actor: cancelled.actor, action: 'cancel', reason: cancelled.reason ?? '', startedAt: cancelled.at, outcome: 'accepted' }];
  const decisions = (operation.decisions ?? []).map(
    (decision, index): JournalEntry => ({
      ...common,
      id: `${operation.id}/decision-${index + 1}`,
      at: decision.at,
      actor: decision.actor,
      action: `resume --${decision.how}`,
      reason: decision.reason ?? '',
      startedAt: decision.at,
      outcome: 'accepted',
    }),
  );
  if (isOpen(operation) || operation.endedAt === undefined) return [accepted, ...decisions, ...cancel];
  const evidence = operation.evidence === undefined ? {} : { evidence: operation.evidence.message };
  const ended: JournalEntry = {
    ...common,
    ...changes,
    ...evidence,
    id: `${operation.id}/ended`,
    at: operation.endedAt,
    endedAt: operation.endedAt,
    outcome: outcomeOf(operation),
  };
  return [accepted, ...decisions, ...cancel, ended];
}

function wordEntry({ reason = '', ...saying }: RolloutSaying): JournalEntry {
  return { ...saying, kind: 'command', reason, startedAt: saying.at, outcome: 'accepted' };
}

/**
 * Where a newer command took the place of one that had not ended, nothing of that failed; but one that
 * was Blocked by then stays what it was.
 */
function outcomeOf({ phase, evidence, cancelled }: Operation): JournalEntry['outcome'] {
  if (phase === 'Succeeded') return 'done';
  const wasOvertaken = overtaken.includes(phase) && cancelled === undefined;
  if (wasOvertaken && evidence !== undefined) return 'blocked';
  return wasOvertaken || phase === 'Cancelled' ? 'cancelled' : 'failed';
}

const overtaken: readonly string[] = ['Superseded', 'Cancelled'];

/** The operation keeps the evidence of the step that blocked it in full; other steps the beginning of theirs. */
function evidenceOf(state: ClusterState, step: Step): Pick<JournalEntry, 'evidence'> {
  if (step.state !== 'Blocked') return {};
  const evidence = state.operations.find(({ id }) => id === step.operation)?.evidence;
  const isOfStep = evidence?.at === step.id || evidence?.at.startsWith(`${step.id}: `) === true;
  if (evidence !== undefined && isOfStep) return { evidence: evidence.message };
  return step.evidence === undefined ? {} : { evidence: step.evidence };
}

/** Its entry's ID; a step that is started again makes another entry. */
function stepEntryId({ operation, id, generation }: Step): string {
  return `${operation}/${id}/${generation}`;
}

/** Without the ended steps of earlier operations, and the words, that the journal has: a state must not grow with every operation. */
export function forgetJournaled(state: ClusterState, isJournaled: (id: string) => boolean): ClusterState {
  const newest = state.operations.at(-1)?.id;
  const steps = state.steps.filter((step) => step.state === 'Running' || step.operation === newest || !isJournaled(stepEntryId(step)));
  return forgetSaid(steps.length === state.steps.length ? state : { ...state, steps }, isJournaled);
}

function stepEntry(state: ClusterState, step: Step): JournalEntry {
  const outcome = { Running: 'accepted', Done: 'done', Blocked: 'blocked', Cancelled: 'cancelled' } as const;
  return {
    id: stepEntryId(step),
    at: step.endedAt ?? step.startedAt,
    kind: 'step',
    operation: step.operation,
    subject: step.machine ?? step.id,
    action: step.kind,
    reason: step.reasons.join('; '),
    startedAt: step.startedAt,
    ...(step.endedAt === undefined ? {} : { endedAt: step.endedAt }),
    ...(step.attempts === undefined ? {} : { attempts: step.attempts }),
    outcome: outcome[step.state],
    ...evidenceOf(state, step),
    ...(step.phases.length === 0 ? {} : { phases: step.phases.slice(-keptPhases) }),
  };
}
