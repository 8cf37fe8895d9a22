import type { Command } from 'commander';
import { writePrivateFile } from '../kubeconfig/private-file.ts';
import { countArgument } from '../flags.ts';
import { NotFoundError } from '../errors.ts';
import { fetchHistory } from '../history/fetch-history.ts';
import type { ClusterHistory } from '../history/history.ts';
import { outputOption, writeValue, type OutputFormat } from '../output.ts';
import { renderHistory } from '../render/history.ts';
import { renderTimelinePage } from '../render/timeline-page.ts';
import { parseNameOf } from '../resources.ts';
import { withTemporal } from '../temporal/session.ts';
import { colorsFor, writeData, writeStory } from '../terminal.ts';
import { cliVersion } from '../version.ts';
import { viewHistory } from '../views/history-view.ts';

type HistoryFlags = {
  readonly uid?: string;
  readonly operation?: string;
  readonly limit: number;
  readonly timeline?: string | true;
  readonly output: OutputFormat;
};

export function registerHistory(command: Command): void {
  command
    .description(
      'Shows what has been done with a cluster: every accepted command and every step, with start, duration, attempts,\n' +
        "who asked and how it ended. From the store's journal: also of clusters that are gone.",
    )
    .argument('<cluster...>', 'cluster NAME, cluster/NAME or NAME')
    .option('--uid <uid>', 'which of the clusters that had the name (default: the newest)')
    .option('--operation <id>', 'only that operation, "demo-create-1"')
    .option('--limit <count>', "how many of the journal's entries, the newest", countArgument(1), 500)
    .option('--timeline [file]', 'write a page with the operations on a time axis ("-": to standard output; default: NAME-timeline.html)')
    .addOption(outputOption(['table', 'wide', 'json', 'yaml']))
    .action(async (args: readonly string[], flags: HistoryFlags) => {
      const name = parseNameOf('cluster', args);
      const { uid, operation, limit } = flags;
      const history = await withTemporal((session) =>
        fetchHistory(session, { name, limit, ...(uid === undefined ? {} : { uid }), ...(operation === undefined ? {} : { operation }) }),
      );
      if (operation !== undefined && history.items.length === 0) throw noSuchOperation(name, operation);
      await print(history, flags);
      tellOfOthers(history, flags);
    });
}

function noSuchOperation(name: string, operation: string): NotFoundError {
  return new NotFoundError({ what: `cluster ${name} has had no operation "${operation}"`, next: [`slipway history cluster ${name}`] });
}

async function print(history: ClusterHistory, { timeline, output }: HistoryFlags): Promise<void> {
  if (timeline !== undefined) {
    const page = renderTimelinePage(history, { version: cliVersion() });
    if (timeline === '-') return writeData(page);
    const file = timeline === true ? `${history.name}-timeline.html` : timeline;
    writePrivateFile(file, page);
    return writeStory(`wrote ${file}: open it in a browser`);
  }
  if (output === 'json' || output === 'yaml') return writeValue(viewHistory(history), output);
  return writeData(renderHistory(history, { wide: output === 'wide', colors: colorsFor(process.stdout) }));
}

/** What is not shown, and how it would be. */
function tellOfOthers({ name, uid, clusters, earlier }: ClusterHistory, flags: HistoryFlags): void {
  if (earlier > 0) writeStory(`${earlier} earlier entries are not shown: --limit ${flags.limit + earlier}`);
  const others = clusters.filter((cluster) => cluster.uid !== uid);
  if (flags.uid !== undefined || others.length === 0) return;
  writeStory(`${others.length === 1 ? 'One other cluster' : `${others.length} other clusters`} had the name ${name}:`);
  for (const { uid: other, createdAt, deletedAt } of others) {
    const times = [createdAt === undefined ? '' : `created ${time(createdAt)}`, deletedAt === undefined ? '' : `deleted ${time(deletedAt)}`];
    writeStory(`  --uid ${other}   ${times.filter((part) => part !== '').join(', ')}`);
  }
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+/, '');
}
