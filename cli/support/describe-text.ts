import pc from 'picocolors';
import { clusterConditions } from '../../domain/cluster-conditions.ts';
import { workflowTypes, type ClusterObservation, type ObserveInput } from '../../workflows/contracts.ts';
import { clusterWorkflowId } from '../../workflows/messages.ts';
import { CliError } from '../errors.ts';
import { fetchHistory } from '../history/fetch-history.ts';
import { renderDescription } from '../render/describe.ts';
import { renderHistory } from '../render/history.ts';
import { paintLines } from '../render/text.ts';
import { renderTimelinePage } from '../render/timeline-page.ts';
import { fetchCluster } from '../temporal/clusters.ts';
import { runWorkflow } from '../temporal/run-workflow.ts';
import type { TemporalSession } from '../temporal/session.ts';
import { cliVersion } from '../version.ts';
import type { Bundle } from './bundle.ts';

const plain = pc.createColors(false);

/** What `describe` and `history` would show, for who reads the bundle without Slipway. */
export async function collectDescriptions(bundle: Bundle, session: TemporalSession, cluster: { readonly name: string; readonly isAlive: boolean }): Promise<void> {
  const { name, isAlive } = cluster;
  await attempt(bundle, 'history.txt', async () => {
    const history = await fetchHistory(session, { name, limit: 2000 });
    bundle.add({ path: 'timeline.html', content: renderTimelinePage(history, { version: cliVersion() }) });
    return renderHistory(history, { wide: true, colors: plain });
  });
  if (isAlive) await attempt(bundle, 'description.txt', () => describe(session, name));
}

async function describe(session: TemporalSession, name: string): Promise<string> {
  const state = await fetchCluster(session, name);
  const { identity, allocation } = state;
  if (allocation === undefined) return `cluster ${name}: nothing has been allocated yet\n`;
  const input: ObserveInput = { cluster: { identity, allocation } };
  const observation = await runWorkflow<ClusterObservation>(session, { type: workflowTypes.observe, idPrefix: `${clusterWorkflowId(name)}/observe`, input });
  const lines = renderDescription({ name, conditions: clusterConditions(state, observation), show: 'all', grouping: false, now: Date.now() });
  return `${paintLines(lines, plain)}\n`;
}

async function attempt(bundle: Bundle, path: string, make: () => Promise<string>): Promise<void> {
  try {
    bundle.add({ path, content: await make() });
  } catch (error) {
    bundle.miss(path, error instanceof CliError ? error.facts.what : String(error));
  }
}
