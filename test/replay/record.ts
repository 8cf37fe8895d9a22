import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { beforeAll, expect, test } from 'vitest';
import { useTemporal } from '../workflow/temporal.ts';
import { scenarios } from './scenarios.ts';

const folder = fileURLToPath(new URL('histories/', import.meta.url));

/**
 * `npm run record-histories` runs this file and nothing else does: recorded histories change only
 * by intent, in the commit that gives the reason.
 */
const { env } = useTemporal();

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) rmSync(`${folder}${file}`);
});

const recordedBefore = new Set<string>();

test.each(Object.entries(scenarios))('%s', async (name, play) => {
  await play(env());
  const runs = (await listRuns()).filter(({ runId }) => !recordedBefore.has(runId));
  expect(runs.length).toBeGreaterThan(0);
  for (const { runId } of runs) recordedBefore.add(runId);
  const recorded = await Promise.all(
    runs.map(async ({ workflowId, runId }) => ({
      workflowId,
      history: JSON.parse(historyToJSON(await env().client.workflow.getHandle(workflowId, runId).fetchHistory())) as unknown,
    })),
  );
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify(recorded)}\n`);
});

type Run = { readonly workflowId: string; readonly runId: string };

/** Every run so far. The list lags behind the workflows: it counts once it has stopped growing. */
async function listRuns(): Promise<readonly Run[]> {
  let before: readonly Run[] = [];
  for (;;) {
    const runs: Run[] = [];
    for await (const { workflowId, runId } of env().client.workflow.list()) runs.push({ workflowId, runId });
    if (runs.length > 0 && runs.length === before.length) return runs;
    before = runs;
    await delay(1000);
  }
}
