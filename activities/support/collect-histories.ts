import { gzipSync } from 'node:zlib';
import type { WorkflowHistories } from '../seams/workflow-histories.ts';
import type { Findings } from './findings.ts';

/** Compressed; an answer may grow by one history beyond it. */
const answerBytes = 300_000;
const maxHistoryBytes = 500_000;

/** Histories from the how-manieth on; returns where the next answer begins, or undefined at the end. */
export async function collectHistories(request: {
  readonly cluster: string;
  readonly from: number;
  readonly count: number;
  readonly histories: WorkflowHistories;
  readonly found: Findings;
}): Promise<number | undefined> {
  const { cluster, from, count, histories, found } = request;
  const runs = (await found.attempt('histories/', () => histories.list(cluster, count))) ?? [];
  if (from === 0) found.json('histories/index.json', runs);
  let bytes = 0;
  for (const [index, run] of runs.entries()) {
    if (index < from) continue;
    if (bytes > answerBytes) return index;
    const path = `histories/${fileName(run.workflowId)}.${run.runId.slice(0, 8)}.json`;
    const history = await found.attempt(path, () => histories.fetch(run));
    if (history === undefined) continue;
    const size = gzipSync(JSON.stringify(history)).length;
    if (size > maxHistoryBytes) {
      found.missing(path, `${size} bytes compressed are too many: temporal workflow show --workflow-id ${run.workflowId} --run-id ${run.runId} -o json`);
      continue;
    }
    found.json(path, history);
    bytes += size;
  }
  return undefined;
}

function fileName(workflowId: string): string {
  return workflowId.replaceAll(/[^A-Za-z0-9.-]+/g, '_').slice(0, 150);
}
