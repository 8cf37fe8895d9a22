import type { PhaseRecord, StepOutcome } from '../../domain/step.ts';
import { clock, paragraphs, plain, table, verbatim } from './markdown.ts';

/** A step as the Web UI's "current details" tell it: what it did, what it is at, how it ended. Markdown. */
export function renderStepDetails(step: { readonly phases: readonly PhaseRecord[]; readonly outcome?: StepOutcome }): string {
  const { phases, outcome } = step;
  const open = phases.filter((phase) => phase.endedAt === undefined);
  const rows = phases.map(({ name, startedAt, endedAt, failed }) => [
    endedAt === undefined ? `**${plain(name)}**` : plain(name),
    clock(startedAt),
    endedAt === undefined ? '' : `${((endedAt - startedAt) / 1000).toFixed(1)} s`,
    endedAt === undefined ? 'under way' : failed === true ? '**failed**' : 'done',
  ]);
  return paragraphs(
    outcome === undefined ? undefined : `## ${describeOutcome(outcome)}`,
    phases.length === 0 ? undefined : table(['phase', 'began', 'took', ''], rows),
    outcome?.kind === 'blocked' ? verbatim(`${outcome.evidence.error}: ${outcome.evidence.message}`) : undefined,
    open.length === 0 ? undefined : '*What a phase waits for stands in the heartbeat details of its pending activity.*',
  );
}

function describeOutcome(outcome: StepOutcome): string {
  switch (outcome.kind) {
    case 'joined':
      return 'Joined: others may go on; waiting for its Node';
    case 'done':
      return 'Done';
    case 'blocked':
      return `Blocked at attempt ${outcome.evidence.attempts}`;
    case 'cancelled':
      return 'Cancelled';
  }
}
