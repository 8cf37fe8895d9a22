import type { ClusterState } from './cluster-state.ts';
import type { Operation } from './operation.ts';
import { isOpen } from './operation.ts';
import type { Step } from './step.ts';

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
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly attempts?: number;
  readonly outcome: 'accepted' | 'done' | 'blocked' | 'cancelled' | 'failed';
  readonly evidence?: string;
};

/** Everything in that state which belongs in the journal, oldest first. */
export function journalOf(state: ClusterState): readonly JournalEntry[] {
  const entries = [
    ...state.operations.flatMap((operation) => commandEntries(state, operation)),
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
  const accepted: JournalEntry = { ...common, id: `${operation.id}/accepted`, at: operation.startedAt, outcome: 'accepted' };
  if (isOpen(operation) || operation.endedAt === undefined) return [accepted];
  const evidence = operation.evidence === undefined ? {} : { evidence: operation.evidence.message };
  const ended: JournalEntry = {
    ...common,
    ...evidence,
    id: `${operation.id}/ended`,
    at: operation.endedAt,
    endedAt: operation.endedAt,
    outcome: outcomeOf(operation),
  };
  return [accepted, ended];
}

function outcomeOf(operation: Operation): JournalEntry['outcome'] {
  if (operation.phase === 'Succeeded') return 'done';
  return operation.phase === 'Cancelled' ? 'cancelled' : 'failed';
}

/** The operation keeps the evidence of the step that blocked it: why must be known before it ends, too. */
function evidenceOf(state: ClusterState, step: Step): Pick<JournalEntry, 'evidence'> {
  const evidence = state.operations.find(({ id }) => id === step.operation)?.evidence;
  const isOfStep = evidence?.at === step.id || evidence?.at.startsWith(`${step.id}: `) === true;
  return step.state === 'Blocked' && evidence !== undefined && isOfStep ? { evidence: evidence.message } : {};
}

function stepEntry(state: ClusterState, step: Step): JournalEntry {
  const outcome = { Running: 'accepted', Done: 'done', Blocked: 'blocked', Cancelled: 'cancelled' } as const;
  return {
    id: `${step.operation}/${step.id}/${step.generation}`,
    at: step.endedAt ?? step.startedAt,
    kind: 'step',
    operation: step.operation,
    subject: step.machine ?? step.id,
    action: step.kind,
    reason: step.reasons.join('; '),
    startedAt: step.startedAt,
    ...(step.endedAt === undefined ? {} : { endedAt: step.endedAt }),
    outcome: outcome[step.state],
    ...evidenceOf(state, step),
  };
}
