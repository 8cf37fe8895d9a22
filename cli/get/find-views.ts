import type { ClusterState } from '../../domain/cluster-state.ts';
import { NotFoundError } from '../errors.ts';
import type { ResourceKind } from '../resources.ts';
import { clusterOfOperation, fetchCluster, listClusters } from '../temporal/clusters.ts';
import type { TemporalSession } from '../temporal/session.ts';
import { viewCluster, viewMachine, viewOperation, type ClusterView, type MachineView, type OperationView } from '../views/cluster-view.ts';

export type View = ClusterView | MachineView | OperationView;

export type ViewQuestion = {
  readonly kind: Exclude<ResourceKind, 'kubeconfig'>;
  /** All of them where none is named. */
  readonly names: readonly string[];
  /** Only machines or operations of that cluster. */
  readonly cluster: string | undefined;
  /** Only operations that wait for a person. */
  readonly blocked?: boolean;
};

/** In the order of the names, or as they are listed. @throws NotFoundError for a name that nothing has */
export async function findViews(session: TemporalSession, question: ViewQuestion): Promise<readonly View[]> {
  const states = await fetchStates(session, question);
  const views = states.flatMap((state) => viewsOf(question.kind, state));
  return pick(question.blocked === true ? views.filter((view) => view.kind === 'Operation' && view.phase === 'Blocked') : views, question);
}

/** Only the clusters that the question is about are asked. */
async function fetchStates(session: TemporalSession, { kind, names, cluster }: ViewQuestion): Promise<readonly ClusterState[]> {
  if (cluster !== undefined) return [await fetchCluster(session, cluster)];
  if (names.length === 0 || kind === 'machine') return listClusters(session);
  const clusters = kind === 'cluster' ? names : names.map(clusterOfOperation);
  return Promise.all([...new Set(clusters)].map((name) => fetchCluster(session, name)));
}

function viewsOf(kind: ViewQuestion['kind'], state: ClusterState): readonly View[] {
  const { name } = state.identity;
  switch (kind) {
    case 'cluster':
      return [viewCluster(state)];
    case 'machine':
      return state.machines.map((machine) => viewMachine(state, machine));
    case 'operation':
      return state.operations.map((operation) => viewOperation(name, operation));
  }
}

export function nameOfView(view: View): string {
  return view.kind === 'Operation' ? view.id : view.name;
}

function pick(views: readonly View[], { kind, names }: ViewQuestion): readonly View[] {
  if (names.length === 0) return views;
  return names.map((name) => {
    const found = views.find((view) => nameOfView(view) === name);
    if (found === undefined) throw new NotFoundError({ what: `there is no ${kind} "${name}"`, next: [`slipway get ${kind}s`] });
    return found;
  });
}
