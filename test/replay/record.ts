import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTemporal } from '../workflow/temporal.ts';
import { scenarios } from './scenarios.ts';

const folder = fileURLToPath(new URL('histories/', import.meta.url));

/**
 * `npm run record-histories` runs this file and nothing else does: recorded histories change only
 * by intent, in the commit that gives the reason.
 */
let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTemporal();
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) rmSync(`${folder}${file}`);
});
afterAll(() => env.teardown());

test.each(Object.entries(scenarios))('%s', async (name, play) => {
  const before = await listRuns();
  await play(env);
  const runs = (await listRuns()).filter((run) => !before.some((other) => other.runId === run.runId));
  expect(runs.length).toBeGreaterThan(0);
  const recorded = await Promise.all(
    runs.map(async ({ workflowId, runId }) => ({
      workflowId,
      history: JSON.parse(historyToJSON(await env.client.workflow.getHandle(workflowId, runId).fetchHistory())) as unknown,
    })),
  );
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify(recorded)}\n`);
});

async function listRuns(): Promise<readonly { readonly workflowId: string; readonly runId: string }[]> {
  const runs = [];
  for await (const { workflowId, runId } of env.client.workflow.list()) runs.push({ workflowId, runId });
  return runs;
}
