import { renderClusters, renderMachines, renderOperations, type ListingOptions } from '../render/listings.ts';
import { writeValue, type OutputFormat } from '../output.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeData, writeStory } from '../terminal.ts';
import { findViews, nameOfView, type View, type ViewQuestion } from './find-views.ts';

export type ViewFormat = { readonly output: OutputFormat; readonly headers: boolean };

/** Prints what there is, once. */
export async function listViews(asked: ViewQuestion & { readonly format: ViewFormat }): Promise<void> {
  const { kind, names, cluster, format } = asked;
  const { output, headers } = format;
  const views = await withTemporal((session) => findViews(session, asked));
  if (output === 'json' || output === 'yaml') {
    const [only] = views;
    return writeValue(names.length === 1 && only !== undefined ? only : { kind: 'List', items: views }, output);
  }
  if (output === 'name') return views.forEach((view) => writeData(`${kind}/${nameOfView(view)}`));
  if (views.length === 0) return writeStory(nothingFound({ kind, cluster }));
  const lines = listingLines(views, { wide: output === 'wide', now: Date.now() });
  return writeData((headers ? lines : lines.slice(1)).join('\n'));
}

export function nothingFound({ kind, cluster }: Pick<ViewQuestion, 'kind' | 'cluster'>): string {
  return `no ${kind}s found${cluster === undefined ? '' : ` in cluster ${cluster}`}`;
}

/** The header, then a line a view in their order; the views are of one kind. */
export function listingLines(views: readonly View[], options: ListingOptions): readonly string[] {
  const clusters = views.filter((view) => view.kind === 'Cluster');
  const machines = views.filter((view) => view.kind === 'Machine');
  const operations = views.filter((view) => view.kind === 'Operation');
  const table =
    clusters.length > 0 ? renderClusters(clusters, options) : machines.length > 0 ? renderMachines(machines, options) : renderOperations(operations, options);
  return table.trimEnd().split('\n');
}
