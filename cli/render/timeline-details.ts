import type { HistoryItem } from '../history/history.ts';
import type { TimelineOperation } from '../history/timeline.ts';
import { formatDuration } from './age.ts';
import { html, type Html } from './html.ts';
import { stepVerb } from './step-verb.ts';
import { firstLine } from './text.ts';

export const outcomeMarks: Readonly<Record<HistoryItem['outcome'], string>> = {
  accepted: '·',
  running: '▸',
  done: '✓',
  blocked: '✕',
  cancelled: '○',
  failed: '✕',
};

export function stepTitle(step: HistoryItem): string {
  return `${step.subject} ${stepVerb(step.action)}`;
}

/** The whole of a step in one sentence, for who cannot see the chart. */
export function describeStep(step: HistoryItem, operation: TimelineOperation): string {
  const parts = [
    `${stepTitle(step)}: ${step.outcome}`,
    `began after ${formatDuration(step.startedAt - operation.start)}`,
    ...(step.endedAt === undefined ? [] : [`took ${formatDuration(step.endedAt - step.startedAt)}`]),
    ...((step.attempts ?? 1) > 1 ? [`${step.attempts ?? 1} attempts`] : []),
    ...(step.evidence === undefined ? [] : [firstLine(step.evidence)]),
  ];
  return parts.join(', ');
}

/** Shown while the step has the pointer or the focus. */
export function renderTip(step: HistoryItem, operation: TimelineOperation): Html {
  const took = step.endedAt === undefined ? 'not ended' : formatDuration(step.endedAt - step.startedAt);
  return html`<div class="tip" aria-hidden="true"><strong><bdi>${stepTitle(step)}</bdi></strong>
<p class="o-${step.outcome}"><b>${outcomeMarks[step.outcome]} ${step.outcome}</b> · +${formatDuration(step.startedAt - operation.start)} · ${took}${(step.attempts ?? 1) > 1 ? ` · ${step.attempts ?? 1} attempts` : ''}</p>
${step.reason === '' ? '' : html`<p class="why"><bdi>${step.reason}</bdi></p>`}
${step.phases.length === 0 ? '' : html`<table>${step.phases.map((phase) => renderPhase(phase, operation))}</table>`}
${step.evidence === undefined ? '' : html`<p class="said">${firstLine(step.evidence)}</p>`}</div>`;
}

function renderPhase(phase: HistoryItem['phases'][number], operation: TimelineOperation): Html {
  const took = phase.endedAt === undefined ? '…' : formatDuration(phase.endedAt - phase.startedAt);
  return html`<tr><td>${phase.failed === true ? '✕ ' : ''}${phase.name}</td><td>+${formatDuration(phase.startedAt - operation.start)}</td><td>${took}</td></tr>`;
}

/** Why something was blocked or given up: readable without a pointer, and on paper. */
export function renderFailures({ failures }: TimelineOperation): readonly Html[] {
  return failures.map(
    (item) => html`<figure class="evidence o-${item.outcome}"><figcaption>${outcomeMarks[item.outcome]} <bdi>${item.kind === 'step' ? stepTitle(item) : item.id}</bdi>: ${item.outcome}${(item.attempts ?? 1) > 1 ? ` after ${item.attempts ?? 1} attempts` : ''}</figcaption><pre>${item.evidence ?? ''}</pre></figure>`,
  );
}

/** The same as the chart, for screen readers and for copying. */
export function renderStepTable(operation: TimelineOperation): Html {
  const steps = operation.rows.flatMap(({ bars }) => bars.map(({ step }) => step)).toSorted((a, b) => a.startedAt - b.startedAt);
  return html`<details><summary>The same as a table</summary><div class="scroll"><table class="steps">
<thead><tr><th scope="col">Step</th><th scope="col">Started</th><th scope="col">Took</th><th scope="col">Attempts</th><th scope="col">Outcome</th><th scope="col">Why</th></tr></thead>
<tbody>${steps.map(
    (step) => html`<tr><th scope="row"><bdi>${stepTitle(step)}</bdi></th><td>+${formatDuration(step.startedAt - operation.start)}</td><td>${step.endedAt === undefined ? '–' : formatDuration(step.endedAt - step.startedAt)}</td><td>${step.attempts ?? '–'}</td><td class="o-${step.outcome}"><b>${outcomeMarks[step.outcome]} ${step.outcome}</b></td><td><bdi>${step.reason}</bdi></td></tr>
`,
  )}</tbody></table></div></details>`;
}
