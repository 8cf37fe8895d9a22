import { renderTable } from '../cli/render/table.ts';
import type { CreateResults, Round, SizeResults } from './results.ts';
import { median } from './statistics.ts';

/** What a run has shown, for a terminal. */
export function renderReport(results: CreateResults): string {
  const summary = results.sizes.map((size) => {
    const { byHand, slipway, removal, ratio, outside } = mediansOf(size);
    return [size.size, seconds(byHand), seconds(slipway), ratio.toFixed(2), seconds(removal), percent(outside), String(size.rounds.length)];
  });
  const { workerMemory, idleTasksPerMinute } = results;
  return [
    renderTable({ header: ['SIZE', 'BY HAND', 'SLIPWAY', 'RATIO', 'DELETE', 'OUTSIDE ACTIVITIES', 'ROUNDS'], rows: summary }),
    ...results.sizes.map((size) => renderPath(size)),
    `Worker: ${workerMemory.empty.toFixed(0)} MiB before the first cluster, at most ${workerMemory.most.toFixed(0)} MiB with one.`,
    ...(idleTasksPerMinute === undefined ? [] : [`Idle cluster: ${idleTasksPerMinute.toFixed(1)} workflow tasks a minute.`]),
    '',
  ].join('\n\n');
}

export type Medians = {
  readonly byHand: number;
  readonly slipway: number;
  readonly removal: number;
  /** Of the two medians. */
  readonly ratio: number;
  /** Share of the critical path. */
  readonly outside: number;
};

export function mediansOf({ rounds }: SizeResults): Medians {
  const byHand = median(rounds.map((round) => round.byHand));
  const slipway = median(rounds.map((round) => round.slipway));
  const outside = median(rounds.map(({ path }) => path.outsideMs / path.totalMs));
  return { byHand, slipway, removal: median(rounds.map((round) => round.delete)), ratio: slipway / byHand, outside };
}

/** The one that took the median, or the one just above it. */
export function middleRound({ rounds }: SizeResults): Round | undefined {
  return rounds.toSorted((a, b) => a.slipway - b.slipway)[Math.floor(rounds.length / 2)];
}

/** Where the time of the round in the middle went. */
function renderPath(results: SizeResults): string {
  const middle = middleRound(results);
  if (middle === undefined) return '';
  const { path, slipway } = middle;
  const share = (ms: number) => [seconds(ms / 1000), percent(ms / path.totalMs)];
  const rows = [
    ...path.phases.map(({ phase, ms }) => [phase, ...share(ms)]),
    ['outside activities', ...share(path.outsideMs)],
    ['all of it', ...share(path.totalMs)],
    ['and the command line before and after', seconds(slipway - path.totalMs / 1000), ''],
  ];
  return `Critical path of ${results.size} (the round of ${seconds(slipway)}):\n\n${renderTable({ header: ['PHASE', 'TOOK', 'SHARE'], rows })}`;
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
