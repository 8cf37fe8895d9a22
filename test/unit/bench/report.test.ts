import { expect, test } from 'vitest';
import { renderChart } from '../../../bench/render-chart.ts';
import { mediansOf, renderReport } from '../../../bench/report.ts';
import type { CreateResults, Round } from '../../../bench/results.ts';

function round(byHand: number, slipway: number, outsideMs: number): Round {
  const phases = [
    { phase: 'infrastructure', ms: 1000 },
    { phase: 'kubeadm init', ms: slipway * 1000 - 2000 - outsideMs },
  ];
  return { byHand, slipway, delete: slipway / 10, path: { totalMs: slipway * 1000 - 1000, outsideMs, phases }, load: 1 };
}

const small = { size: '1+1', rounds: [round(20, 18, 340), round(22, 30, 900), round(21, 19, 720)] };
const large = { size: '3+3', rounds: [round(80, 50, 1000)] };
const results: CreateResults = {
  date: '2026-11-21T12:00:00.000Z',
  machine: { cores: 2, memoryGiB: 24, kernel: '6.18', docker: '28.0.0' },
  kubernetes: 'v1.34.4',
  sizes: [small, large],
  workerMemory: { empty: 300.4, most: 333.3 },
  idleTasksPerMinute: 0.5,
};

test('each number is a median of its own', () => {
  expect(mediansOf(small)).toEqual({ byHand: 21, slipway: 19, removal: 1.9, ratio: 19 / 21, outside: 900 / 29_000 });
});

test('the report is as in the golden file', async () => {
  await expect(renderReport(results)).toMatchFileSnapshot('../../golden/bench/report.txt');
});

test('the chart is as in the golden file: bars to one scale, phases in their colours', async () => {
  const chart = renderChart(results);
  await expect(chart).toMatchFileSnapshot('../../golden/bench/chart.svg');
  const widths = [...chart.matchAll(/width="([\d.]+)" height="24"[^>]*><title>by hand/g)].map(([, value]) => Number(value));
  expect((widths[1] ?? 0) / (widths[0] ?? 1)).toBeCloseTo(80 / 21, 2);
});
