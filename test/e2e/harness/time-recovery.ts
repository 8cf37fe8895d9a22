import { hasJoined } from '../../../domain/machine.ts';
import type { clusterWorkflow } from '../../../workflows/cluster.ts';
import { clusterQuery, clusterWorkflowId } from '../../../workflows/messages.ts';
import type { Installation } from './installation.ts';
import type { Kubectl } from './kubectl.ts';
import { note } from './note.ts';
import { untilTrue } from './until.ts';

const LIMIT_MS = 15 * 60_000;

/** Runs a recovery to its end, and notes the seconds until the API answers, until the members are new and all there, and of it all. */
export async function timeRecovery<T>(request: { readonly what: string; readonly installation: Installation; readonly cluster: string; readonly kubectl: Kubectl; readonly lost: readonly string[]; readonly members: number }, recover: () => Promise<T>): Promise<T> {
  const { what, installation, cluster, kubectl, lost, members } = request;
  const isServing = (): Promise<boolean> => kubectl('get', '--raw', '/readyz', '--request-timeout=2s').then((answer) => answer === 'ok', () => false);
  const areMembers = async (): Promise<boolean> => {
    const { machines } = await (await installation.temporal()).workflow.getHandle<typeof clusterWorkflow>(clusterWorkflowId(cluster)).query(clusterQuery);
    return machines.filter((machine) => machine.role === 'control-plane' && hasJoined(machine) && !lost.includes(machine.name)).length === members;
  };
  await untilTrue('the API server to be gone', async () => !(await isServing()), { timeoutMs: LIMIT_MS });
  const startedAt = performance.now();
  const seconds = (): number => Math.round((performance.now() - startedAt) / 100) / 10;
  const [serving, complete, [result, all]] = await Promise.all([
    untilTrue('the API server', isServing, { timeoutMs: LIMIT_MS, everyMs: 500 }).then(seconds),
    untilTrue(`${members} members`, areMembers, { timeoutMs: LIMIT_MS, everyMs: 1000 }).then(seconds),
    recover().then((ended) => [ended, seconds()] as const),
  ]);
  note(`${what}: the API serves after ${serving} s, ${members} members after ${complete} s, all done after ${all} s`);
  return result;
}
