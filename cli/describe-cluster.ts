import { observeBackups } from './backup/observe-backups.ts';
import { nextForBlocked } from './blocked-next.ts';
import { clusterConditions } from '../domain/cluster-conditions.ts';
import { currentOperation } from '../domain/cluster-state.ts';
import { sortRemovals } from '../domain/take-back.ts';
import { renderOperationTree } from './follow/operation-tree.ts';
import { fetchProgress, type Progress } from './follow/progress.ts';
import { observeCluster } from './observe-cluster.ts';
import { writeValue, type OutputFormat } from './output.ts';
import { formatAge } from './render/age.ts';
import { renderDescription } from './render/describe.ts';
import { describeNotices } from './render/notices.ts';
import { paintLines } from './render/text.ts';
import { openOperation } from './temporal/clusters.ts';
import { withTemporal } from './temporal/session.ts';
import { colorsFor, writeData, type Colors } from './terminal.ts';
import { viewDescription } from './views/description-view.ts';

/** Prints a cluster, observed afresh, and what is under way. */
export async function describeCluster(asked: {
  readonly name: string;
  readonly output: OutputFormat;
  /** "none", "all" or KIND/NAME. */
  readonly showConditions: string;
  readonly grouping: boolean;
}): Promise<void> {
  const { name, output, showConditions, grouping } = asked;
  const { progress, observation, backups } = await withTemporal(async (session) => {
    const seen = await fetchProgress(session, name);
    const [observed, condition] = await Promise.all([observeCluster(session, seen.state), observeBackups(session, seen.state.identity)]);
    return { progress: seen, observation: observed, backups: condition };
  });
  const conditions = clusterConditions(progress.state, observation);
  if (output === 'json' || output === 'yaml') return writeValue(viewDescription(progress.state, conditions, backups), output);
  const colors = colorsFor(process.stdout);
  writeData(paintLines(renderDescription({ name, conditions, backups, show: showConditions, grouping, now: Date.now() }), colors));
  return writeData(describeOperation(progress, colors));
}

function describeOperation(progress: Progress, colors: Colors): string {
  const { state, at } = progress;
  const operation = currentOperation(state);
  if (operation === undefined) return '';
  const by = `by ${operation.actor}${operation.reason === undefined ? '' : ` (${operation.reason})`}`;
  const lines = ['', `Operation ${operation.id}: ${operation.phase}, started ${formatAge(at - operation.startedAt)} ago ${by}`];
  if (openOperation(state) !== undefined) lines.push('', paintLines(renderOperationTree(progress), colors));
  lines.push(...describeNotices(state.notices ?? [], at));
  if (operation.evidence !== undefined) {
    const { at: where, error, attempts, message } = operation.evidence;
    lines.push('', `${colors.red('Stopped')} at ${where}: ${error} after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`);
    lines.push(...message.trimEnd().split('\n').map((line) => `    ${line}`));
    if (operation.phase === 'Blocked') {
      const next = nextForBlocked(state.identity.name, operation, sortRemovals(state));
      lines.push('', ...next.map((command, index) => `${index === 0 ? 'Next:' : '     '}  ${command}`));
    }
  }
  return lines.join('\n');
}
