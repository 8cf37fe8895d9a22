import { currentOperation } from '../../domain/cluster-state.ts';
import { isOpen } from '../../domain/operation.ts';
import type { Step } from '../../domain/step.ts';
import { formatDuration } from '../render/age.ts';
import { stepLabel } from '../render/step-label.ts';
import { firstLine } from '../render/text.ts';
import { describeAttempts, describeStepWork } from './activity-text.ts';
import type { Progress, StepProgress } from './progress.ts';

/**
 * What changed between two looks, a line each: how progress reads without a terminal. The first
 * look (`before` undefined) tells where things stand, not how they came there.
 */
export function describeChanges(before: Progress | undefined, after: Progress): readonly string[] {
  if (before === undefined) return [...describeStanding(after), ...describeOperationChange(before, after)];
  const earlier = new Map(before.state.steps.map((step) => [`${step.id}#${step.generation}`, step]));
  const lines = after.state.steps.flatMap((step) => {
    const was = earlier.get(`${step.id}#${step.generation}`);
    const previous = was === undefined ? undefined : { step: was, progress: before.steps[was.id] };
    return describeStepChanges(previous, { step, progress: after.steps[step.id] });
  });
  return [...lines, ...describeOperationChange(before, after)];
}

function describeStanding({ state, steps }: Progress): readonly string[] {
  const operation = currentOperation(state);
  if (operation === undefined || !isOpen(operation)) return [];
  return state.steps
    .filter((step) => step.operation === operation.id)
    .map((step) => `${stepLabel(step)}: ${step.state === 'Running' ? describeStepWork(step, steps[step.id]) : endOf(step)}`);
}

type Look = { readonly step: Step; readonly progress: StepProgress | undefined };

function describeStepChanges(before: Look | undefined, after: Look): readonly string[] {
  const { step } = after;
  const label = stepLabel(step);
  const lines: string[] = [];
  if (before === undefined) {
    const why = step.reasons.length === 0 ? '' : ` (${step.reasons.join('; ')})`;
    lines.push(`${label}: started${why}`);
  }
  const known = new Set(before === undefined ? [] : phasesOf(before).map(({ name, startedAt }) => `${name}@${startedAt}`));
  for (const { name, startedAt } of phasesOf(after)) {
    if (!known.has(`${name}@${startedAt}`)) lines.push(`${label}: ${name}`);
  }
  const told = new Set(describeAttempts(before?.progress));
  for (const attempt of describeAttempts(after.progress)) {
    if (!told.has(attempt)) lines.push(`${label}: ${attempt}`);
  }
  if (step.state !== 'Running' && before?.step.state !== step.state) lines.push(`${label}: ${endOf(step)}`);
  return lines;
}

function phasesOf({ step, progress }: Look): Step['phases'] {
  return progress?.phases ?? step.phases;
}

function endOf(step: Step): string {
  const took = formatDuration((step.endedAt ?? step.startedAt) - step.startedAt);
  return `${step.state === 'Done' ? 'done' : step.state} after ${took}`;
}

function describeOperationChange(before: Progress | undefined, after: Progress): readonly string[] {
  const operation = currentOperation(after.state);
  if (operation === undefined) return [];
  const was = before === undefined ? undefined : currentOperation(before.state);
  if (was?.id === operation.id && was.phase === operation.phase) return [];
  const because = operation.evidence === undefined ? '' : `: ${firstLine(operation.evidence.message)}`;
  return [`${operation.id}: ${operation.phase}${because}`];
}
