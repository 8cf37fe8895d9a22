import type { Operation } from '../../domain/operation.ts';
import type { PhaseRecord, Step } from '../../domain/step.ts';
import { formatDuration } from './age.ts';
import { stepLabel } from './step-label.ts';
import { renderTable } from './table.ts';

/**
 * How long each step and each of its phases took, in the order they began; STARTED counts from the
 * operation's start. What has not ended counts until `now`.
 */
export function renderTimings(timed: { readonly operation: Operation; readonly steps: readonly Step[]; readonly now: number }): string {
  const { operation, steps, now } = timed;
  const row = (name: string, span: Omit<PhaseRecord, 'name'>): readonly string[] => [
    name,
    `+${formatDuration(span.startedAt - operation.startedAt)}`,
    `${formatDuration((span.endedAt ?? now) - span.startedAt)}${span.endedAt === undefined ? ' so far' : ''}${span.failed === true ? ' failed' : ''}`,
  ];
  const rows = steps
    .filter((step) => step.operation === operation.id)
    .toSorted((a, b) => a.startedAt - b.startedAt)
    .flatMap((step) => [row(stepLabel(step), step), ...step.phases.map((phase) => row(`  ${phase.name}`, phase))]);
  const total = row(operation.id, operation);
  return renderTable({ header: ['STEP', 'STARTED', 'TOOK'], rows: [...rows, total] });
}
