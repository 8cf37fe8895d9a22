import type { Command } from 'commander';
import type { ClusterState } from '../../domain/cluster-state.ts';
import { NotFoundError, UsageError } from '../errors.ts';
import { writeKubeconfig } from '../get-kubeconfig.ts';
import { outputFormats, outputOption, writeValue, type OutputFormat } from '../output.ts';
import { renderClusters, renderMachines, renderOperations, type ListingOptions } from '../render/listings.ts';
import { parseResources, type ResourceKind } from '../resources.ts';
import { clusterOfOperation, fetchCluster, listClusters } from '../temporal/clusters.ts';
import { withTemporal, type TemporalSession } from '../temporal/session.ts';
import { writeData, writeStory } from '../terminal.ts';
import { viewCluster, viewMachine, viewOperation, type ClusterView, type MachineView, type OperationView } from '../views/cluster-view.ts';

type GetFlags = { readonly output: OutputFormat; readonly cluster?: string; readonly filename?: string };
type ListKind = Exclude<ResourceKind, 'kubeconfig'>;
type View = ClusterView | MachineView | OperationView;

export function registerGet(command: Command): void {
  command
    .description(
      'Lists clusters, machines or operations, or prints the kubeconfig of a cluster.\n' +
        'Singular and plural, short names (cl, ma, op) and KIND/NAME are all understood.',
    )
    .argument('<kind>', 'clusters, machines, operations or kubeconfig; or KIND/NAME')
    .argument('[names...]', 'only these')
    .addOption(outputOption(outputFormats))
    .option('--cluster <name>', 'only machines or operations of that cluster')
    .option('-f, --filename <file>', 'kubeconfig: write it there (mode 0600) instead of to standard output')
    .action(async (first: string, rest: readonly string[], flags: GetFlags) => {
      const { kind, names } = parseResources([first, ...rest], ['cluster', 'machine', 'operation', 'kubeconfig']);
      if (kind === 'kubeconfig') return writeKubeconfig(names, flags.filename);
      if (flags.filename !== undefined) throw new UsageError({ what: '--filename goes with kubeconfig alone' });
      return list(kind, names, flags);
    });
}

async function list(kind: ListKind, names: readonly string[], flags: GetFlags): Promise<void> {
  const found = await withTemporal(async (session) => {
    const states = await fetchStates(session, { kind, names, cluster: flags.cluster });
    return pick(states.flatMap((state) => viewsOf(kind, state)), names, kind);
  });
  await print(kind, found, { names, flags });
}

/** Only the clusters that the question is about are asked. */
async function fetchStates(
  session: TemporalSession,
  question: { readonly kind: ListKind; readonly names: readonly string[]; readonly cluster: string | undefined },
): Promise<readonly ClusterState[]> {
  const { kind, names, cluster } = question;
  if (cluster !== undefined) return [await fetchCluster(session, cluster)];
  if (names.length === 0 || kind === 'machine') return listClusters(session);
  const clusters = kind === 'cluster' ? names : names.map(clusterOfOperation);
  return Promise.all([...new Set(clusters)].map((name) => fetchCluster(session, name)));
}

function viewsOf(kind: ListKind, state: ClusterState): readonly View[] {
  const { name } = state.identity;
  switch (kind) {
    case 'cluster':
      return [viewCluster(state)];
    case 'machine':
      return state.machines.map((machine) => viewMachine(name, machine));
    case 'operation':
      return state.operations.map((operation) => viewOperation(name, operation));
  }
}

function nameOf(view: View): string {
  return view.kind === 'Operation' ? view.id : view.name;
}

function pick(views: readonly View[], names: readonly string[], kind: ListKind): readonly View[] {
  if (names.length === 0) return views;
  return names.map((name) => {
    const found = views.find((view) => nameOf(view) === name);
    if (found === undefined) throw new NotFoundError({ what: `there is no ${kind} "${name}"`, next: [`slipway get ${kind}s`] });
    return found;
  });
}

async function print(kind: ListKind, views: readonly View[], asked: { readonly names: readonly string[]; readonly flags: GetFlags }): Promise<void> {
  const { names, flags } = asked;
  const { output } = flags;
  if (output === 'json' || output === 'yaml') {
    const [only] = views;
    return writeValue(names.length === 1 && only !== undefined ? only : { kind: 'List', items: views }, output);
  }
  if (output === 'name') return views.forEach((view) => writeData(`${kind}/${nameOf(view)}`));
  if (views.length === 0) return writeStory(`no ${kind}s found${flags.cluster === undefined ? '' : ` in cluster ${flags.cluster}`}`);
  return writeData(renderListing(views, { wide: output === 'wide', now: Date.now() }));
}

function renderListing(views: readonly View[], options: ListingOptions): string {
  const clusters = views.filter((view) => view.kind === 'Cluster');
  const machines = views.filter((view) => view.kind === 'Machine');
  const operations = views.filter((view) => view.kind === 'Operation');
  if (clusters.length > 0) return renderClusters(clusters, options);
  return machines.length > 0 ? renderMachines(machines, options) : renderOperations(operations, options);
}
