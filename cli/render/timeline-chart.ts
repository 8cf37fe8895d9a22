import type { Segment, StepBar, TimelineOperation } from '../history/timeline.ts';
import { formatDuration } from './age.ts';
import { html, type Html } from './html.ts';
import { describeStep, renderTip } from './timeline-details.ts';

/** Pixels. */
const lane = 22;
const laneGap = 5;
const rowPadding = 6;
/** Where time ends and a wait begins, in percent of the axis. */
const beforeWait = 86;

/** An operation's steps on its own time axis: a row for the cluster's parts and for each Machine. */
export function renderChart(operation: TimelineOperation): Html {
  const { rows, critical, waited } = operation;
  const heights = rows.map((row) => 2 * rowPadding + row.lanes * lane + (row.lanes - 1) * laneGap);
  const tops = heights.map((_, index) => heights.slice(0, index).reduce((sum, height) => sum + height, 0));
  const height = heights.reduce((sum, each) => sum + each, 0);
  const scale = scaleOf(operation);
  return html`<div class="chart">
<div class="corner"></div>
<div class="axis" aria-hidden="true">${ticksOf(operation).map((tick) => html`<span style="left:${percent(scale(operation.start + tick))}">${tickLabel(tick)}</span>`)}</div>
<div class="labels">${rows.map((row, index) => html`<div class="label" style="height:${heights[index] ?? 0}px" title="${row.label}"><bdi>${row.label}</bdi></div>`)}</div>
<div class="plot" style="height:${height}px" role="list" aria-label="steps of ${operation.id}">
${ticksOf(operation).map((tick) => html`<i class="grid" style="left:${percent(scale(operation.start + tick))}"></i>`)}
${rows.map((_, index) => html`<i class="band${index % 2 === 0 ? '' : ' odd'}" style="top:${tops[index] ?? 0}px;height:${heights[index] ?? 0}px"></i>`)}
${waited === undefined ? '' : html`<div class="wait"><span>${waited.reason} ${formatDuration(waited.end - waited.start)}</span></div>`}
${rows.flatMap((row, index) => row.bars.map((bar) => renderBar(bar, { operation, top: (tops[index] ?? 0) + rowPadding })))}
${renderPath({ operation, critical, tops, height })}
</div>
</div>`;
}

function renderBar(bar: StepBar, place: { readonly operation: TimelineOperation; readonly top: number }): Html {
  const { operation, top } = place;
  const scale = scaleOf(operation);
  const [left, right] = [scale(bar.start), scale(bar.end)];
  const { step, lanes } = bar;
  const height = lanes.length * lane + (lanes.length - 1) * laneGap;
  const tries = (step.attempts ?? 1) > 1 ? html`<b class="tries">×${step.attempts ?? 1}</b>` : '';
  const side = left > 50 ? 'bar right' : 'bar';
  return html`<div class="${side} o-${step.outcome}" role="listitem" tabindex="0" aria-label="${describeStep(step, operation)}" style="left:${percent(left)};width:${percent(right - left)};top:${top}px;height:${height}px">
${lanes.flatMap((segments, index) => segments.map((segment, nth) => renderSegment(segment, { bar, index, alternate: nth % 2 === 1 })))}${tries}${renderTip(step, operation)}</div>`;
}

function renderSegment(segment: Segment, place: { readonly bar: StepBar; readonly index: number; readonly alternate: boolean }): Html {
  const { bar, index, alternate } = place;
  const whole = Math.max(1, bar.end - bar.start);
  const left = ((segment.start - bar.start) / whole) * 100;
  const width = ((segment.end - segment.start) / whole) * 100;
  const classes = ['seg', segmentOutcome(segment), ...(alternate ? ['alt'] : [])].join(' ');
  return html`<span class="${classes}" style="left:${percent(left)};width:${percent(width)};top:${index * (lane + laneGap)}px"><em>${segment.name}</em></span>`;
}

/** A step that went well may have had a phase that failed, and was run again. */
function segmentOutcome({ step, failed, open, start }: Segment): string {
  const isLastFailure = step.phases.findLast((phase) => phase.failed === true)?.startedAt === start;
  if (failed) return step.outcome === 'blocked' && isLastFailure ? 'o-blocked' : 'o-retried';
  if (step.outcome === 'blocked') return open ? 'o-blocked' : 'o-done';
  if (step.outcome === 'running') return open ? 'o-running' : 'o-done';
  return `o-${step.outcome}`;
}

/** Below each of its segments, and from one to the next. */
function renderPath(drawn: {
  readonly operation: TimelineOperation;
  readonly critical: readonly Segment[];
  readonly tops: readonly number[];
  readonly height: number;
}): Html | string {
  const { operation, critical, tops, height } = drawn;
  if (critical.length === 0) return '';
  const scale = scaleOf(operation);
  const spots = critical.map((segment) => {
    const row = operation.rows.findIndex(({ bars }) => bars.some(({ step }) => step === segment.step));
    const index = operation.rows[row]?.bars.find(({ step }) => step === segment.step)?.lanes.findIndex((segments) => segments.includes(segment)) ?? 0;
    const y = (tops[row] ?? 0) + rowPadding + index * (lane + laneGap) + lane + 2;
    return { from: scale(segment.start) * 10, to: scale(segment.end) * 10, y };
  });
  // Along each segment and on to where the next begins, then up or down to it.
  const points = spots.flatMap(({ from, to, y }, nth) => [from, spots[nth + 1]?.from ?? to].map((x) => `${x.toFixed(2)},${y}`));
  return html`<svg class="path" viewBox="0 0 1000 ${height}" preserveAspectRatio="none" style="height:${height}px" aria-hidden="true"><polyline points="${points.join(' ')}"/></svg>`;
}

/** Percent of the axis. */
function scaleOf({ start, end, waited }: TimelineOperation): (time: number) => number {
  const width = waited === undefined ? 100 : beforeWait;
  return (time) => (Math.min(Math.max(time, start), end) - start) / Math.max(1, end - start) * width;
}

const SECOND = 1000;
const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400].map((each) => each * SECOND);

/** Round times from the start, in milliseconds; at most ten. */
function ticksOf({ start, end }: TimelineOperation): readonly number[] {
  const span = end - start;
  const step = steps.find((each) => span / each <= 10) ?? span;
  // None at the very end, where its label would have no room.
  return Array.from({ length: Math.floor((span * 0.985) / step) + 1 }, (_, index) => index * step);
}

function tickLabel(milliseconds: number): string {
  const seconds = milliseconds / SECOND;
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} m`;
}

function percent(value: number): string {
  return `${Number(value.toFixed(3))}%`;
}
