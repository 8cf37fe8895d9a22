import type { ClusterHistory } from '../history/history.ts';
import { layOutTimeline, type TimelineOperation } from '../history/timeline.ts';
import { formatAge, formatDuration } from './age.ts';
import { Html, html } from './html.ts';
import { renderChart } from './timeline-chart.ts';
import { outcomeMarks, renderFailures, renderStepTable } from './timeline-details.ts';
import { timelineStyle } from './timeline-style.ts';

/**
 * A history as one page of its own: no script, and nothing is fetched, so it can be kept, sent and
 * opened anywhere. The policy in its head holds the browser to that.
 */
export function renderTimelinePage(history: ClusterHistory, facts: { readonly version: string }): string {
  const operations = layOutTimeline(history);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${history.name}: timeline</title>
<style>${new Html(timelineStyle)}</style>
</head>
<body>
<header>
<p class="brand">Slipway · timeline of a cluster</p>
<h1><bdi>${history.name}</bdi></h1>
<p class="facts">${factsOf(history)}</p>
${renderTotals(history, operations)}
</header>
${renderOverview(operations)}
${legend}
<main>
${operations.map(renderOperation)}
</main>
<footer>${history.earlier > 0 ? html`${history.earlier} earlier entries of the journal are not shown. ` : ''}Times are UTC. Written ${time(history.at)} by slipway ${facts.version}: <code>slipway history cluster ${history.name} --timeline</code></footer>
</body>
</html>
`;
  return page.markup;
}

function factsOf({ uid, clusters }: ClusterHistory): Html {
  const own = clusters.find((cluster) => cluster.uid === uid);
  const created = own?.createdAt === undefined ? '' : html`created ${time(own.createdAt)} · `;
  const deleted = own?.deletedAt === undefined ? '' : html`deleted ${time(own.deletedAt)} · `;
  return html`${created}${deleted}UID <code>${uid}</code>`;
}

function renderTotals(history: ClusterHistory, operations: readonly TimelineOperation[]): Html {
  const steps = history.items.filter(({ kind }) => kind === 'step');
  const machines = new Set(steps.filter(({ id }) => id.includes('/machine/')).map(({ subject }) => subject));
  const worked = operations.reduce((sum, { start, end }) => sum + end - start, 0);
  const retried = steps.filter(({ attempts }) => (attempts ?? 1) > 1).length;
  const failed = steps.filter(({ outcome }) => outcome === 'blocked' || outcome === 'failed').length;
  const facts: readonly (readonly [string, string | number])[] = [
    ['operations', operations.length],
    ['Machines', machines.size],
    ['steps', steps.length],
    ['at work', formatDuration(worked)],
    ['tried again', retried],
    ['blocked', failed],
  ];
  return html`<dl class="totals">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** All operations in a row, each as wide as it was long; between them how long nothing was asked. */
function renderOverview(operations: readonly TimelineOperation[]): Html | string {
  if (operations.length < 2) return '';
  const total = operations.reduce((sum, { start, end }) => sum + end - start, 0);
  return html`<nav aria-label="operations"><ol class="overview">${operations.map((operation, index) => {
    const before = operations[index - 1];
    const idle = before === undefined ? 0 : operation.start - (before.waited?.end ?? before.end);
    const share = Math.max(6, Math.round(((operation.end - operation.start) / Math.max(1, total)) * 100));
    return html`${idle > 1000 ? html`<li class="idle" aria-label="then nothing for ${formatAge(idle)}"><span>${formatAge(idle)}</span></li>` : ''}<li style="flex-grow:${share}"><a class="o-${outcomeOf(operation)}" href="#${anchor(operation)}"><b>${verbOf(operation)}</b> <span>${formatDuration(operation.end - operation.start)}</span></a></li>`;
  })}</ol></nav>`;
}

const legend = html`<ul class="legend" aria-label="legend">
<li><span class="seg o-done"></span><span class="seg o-done alt"></span> done, a phase each</li>
<li><span class="seg o-running"></span> under way</li>
<li><span class="seg o-retried"></span> failed, then tried again</li>
<li><span class="seg o-blocked"></span> blocked</li>
<li><span class="seg o-cancelled"></span> cancelled</li>
<li><span class="line"></span> critical path: what the whole waited for</li>
</ul>`;

function renderOperation(operation: TimelineOperation): Html {
  const { command, id, start, end, critical } = operation;
  const outcome = outcomeOf(operation);
  const inPhases = critical.reduce((sum, segment) => sum + segment.end - segment.start, 0);
  const slowest = critical.toSorted((a, b) => b.end - b.start - (a.end - a.start)).slice(0, 3);
  return html`<section class="card" id="${anchor(operation)}">
<div class="head"><h2><span class="badge o-${outcome}">${outcomeMarks[outcome]} ${outcome}</span> ${verbOf(operation)} <code>${id}</code></h2>
<p>${time(start)}${command?.actor === undefined ? '' : html` · by <bdi>${command.actor}</bdi>`}${command === undefined || command.reason === '' ? '' : html` · <q><bdi>${command.reason}</bdi></q>`}</p>
${(command?.changes ?? []).map((change) => html`<p class="change"><bdi>${change}</bdi></p>`)}</div>
<dl class="totals small"><div><dt>total</dt><dd>${formatDuration(end - start)}</dd></div><div><dt>critical path in phases</dt><dd>${formatDuration(inPhases)}</dd></div>
${slowest.map((segment) => html`<div class="slow"><dt><bdi>${segment.step.subject}</bdi></dt><dd>${segment.name} ${formatDuration(segment.end - segment.start)}</dd></div>`)}</dl>
${operation.rows.length === 0 ? '' : renderChart(operation)}
${renderFailures(operation)}
${operation.rows.length === 0 ? '' : renderStepTable(operation)}
</section>`;
}

function outcomeOf({ command }: TimelineOperation): keyof typeof outcomeMarks {
  return command?.outcome ?? 'accepted';
}

function verbOf({ command, id }: TimelineOperation): string {
  return command?.action ?? id;
}

function anchor({ id }: TimelineOperation): string {
  return `operation-${id.replaceAll(/[^a-z0-9-]/gi, '-')}`;
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('T', ' ').replace(/\.\d+Z/, ' UTC');
}
