import { Worker } from '@temporalio/worker';
import { z } from 'zod';
import { note } from '../../e2e/harness/note.ts';
import type { OperationRuns } from './choose-faults.ts';
import { driveCluster, type Life } from './drive-cluster.ts';
import type { MatrixWorld } from './matrix-world.ts';
import { workflowBundle } from '../temporal.ts';

const listed = z.array(z.object({ uid: z.string() }));

export type LivedLife = {
  /** What ran in each operation. */
  readonly operations: readonly OperationRuns[];
  /** What was to be struck and did not run: another fault had the cluster take another way. */
  readonly missed: readonly string[];
};

/**
 * One cluster's life with its faults, from its create to its end.
 * @throws Error with what is wrong, after what was struck
 */
export async function runLife(life: Life): Promise<LivedLife> {
  const { world, scenario, cluster } = life;
  await world.worker.forget();
  const { driven, operations, stop } = driveCluster(life);
  try {
    await Promise.race([scenario.drive(driven), world.worker.broken]);
    const missed = world.worker.pending().map(({ subject }) => subject);
    const left = scenario.end === 'gone' ? await whatIsLeft(world, cluster) : [];
    if (left.length > 0) throw new Error(`the cluster was deleted, and is still there:\n${left.join('\n')}`);
    const failures = await replay(world, cluster);
    if (failures.length > 0) throw new Error(`histories do not replay:\n${failures.join('\n')}`);
    return { operations, missed };
  } catch (error) {
    const struck = world.worker.struck.map(({ subject, kind, workflowId, detail }) => `  ${subject} ${kind}, ${detail} (${workflowId})`);
    const where = `operation ${operations.length + 1} of scenario "${scenario.name}", seed ${life.seed}`;
    const message = `${where}: ${error instanceof Error ? error.message : String(error)}\nstruck before:\n${struck.join('\n')}`;
    // Vitest tells only at the end, which may be far away.
    note(message);
    throw new Error(message, { cause: error });
  } finally {
    await stop();
  }
}

/** A life with all its faults, and one more for what those kept from running. */
export async function runStruckLives(life: Life): Promise<readonly LivedLife[]> {
  const first = await runLife(life);
  if (first.missed.length === 0) return [first];
  note(`another life for what the faults kept from running: ${first.missed.join(', ')}`);
  const faults = life.faults.map((waiting) => waiting.filter(({ subject }) => first.missed.includes(subject)));
  return [first, await runLife({ ...life, cluster: `${life.cluster}-again`, faults })];
}

/** Of a cluster that was deleted: secrets, claims, open workflows, what is simulated of it. */
async function whatIsLeft({ env, records, store, simulator }: MatrixWorld, cluster: string): Promise<readonly string[]> {
  const [incarnation] = await records.listByName(cluster);
  if (incarnation === undefined) return ['the store has forgotten that it was ever there'];
  const { uid } = incarnation;
  const secrets = await store.list(`clusters/${uid}/secrets/`);
  const claims = await store.list('claims/');
  const entity = `cluster/${cluster}`;
  const open: string[] = [];
  for await (const { workflowId } of env.client.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
    if (workflowId === entity || workflowId.startsWith(`${entity}/`)) open.push(`open workflow ${workflowId}`);
  }
  const journal = await records.readJournal(uid);
  const isTold = journal.some(({ action, outcome, id }) => action === 'delete' && outcome === 'done' && id.endsWith('/ended'));
  const held = await simulator.call('control/list', {}, { signal: AbortSignal.timeout(5000), answer: listed });
  return [
    ...secrets,
    ...claims,
    ...open,
    ...held.filter((one) => one.uid === uid).map(() => 'its simulated infrastructure'),
    ...(isTold ? [] : ['the journal does not tell of its end']),
    ...((await records.isDeleted(uid)) ? [] : ['the store takes it for alive']),
  ];
}

/** One line for each history of the cluster that does not replay. */
async function replay({ env }: MatrixWorld, cluster: string): Promise<readonly string[]> {
  const histories = [];
  for await (const { workflowId, runId } of env.client.workflow.list()) {
    if (workflowId !== `cluster/${cluster}` && !workflowId.startsWith(`cluster/${cluster}/`)) continue;
    histories.push({ workflowId, history: await env.client.workflow.getHandle(workflowId, runId).fetchHistory() });
  }
  const failures: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: workflowBundle() }, histories)) {
    if (error !== undefined) failures.push(`${workflowId}: ${error.name}: ${error.message}`);
  }
  return failures;
}
