import { currentOperation, type ClusterState } from '../../domain/cluster-state.ts';
import { isOpen, type Operation } from '../../domain/operation.ts';
import { workflowTypes } from '../../workflows/contracts.ts';
import { clusterQuery, clusterWorkflowId } from '../../workflows/messages.ts';
import { CliError, ClusterUnreadableError, NotFoundError, UsageError, type ErrorFacts } from '../errors.ts';
import { writeStory } from '../terminal.ts';
import { translateFailure } from './failures.ts';
import { withDeadline, type TemporalSession } from './session.ts';

/** @throws NotFoundError where no such cluster is under management; ClusterUnreadableError where its workflow fails */
export async function fetchCluster(session: TemporalSession, name: string): Promise<ClusterState> {
  const notFound = noSuchCluster(session, name);
  try {
    return await withDeadline(session, () => session.openClient.getHandle(clusterWorkflowId(name)).query(clusterQuery));
  } catch (error) {
    const translated = translateFailure(error, { session, notFound });
    throw translated instanceof CliError ? translated : unreadable(name, translated);
  }
}

function unreadable(name: string, error: unknown): ClusterUnreadableError {
  return new ClusterUnreadableError({
    what: `the workflow of cluster "${name}" cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    where: `workflow ${clusterWorkflowId(name)}`,
    unchanged: 'nothing was changed; other clusters are not concerned',
    next: ["slipway status   (names the worker's log)", 'where the worker is of another version than the one before: start that one again'],
    cause: error,
  });
}

export function noSuchCluster(session: TemporalSession, name: string): ErrorFacts {
  return {
    what: `there is no cluster "${name}"`,
    where: `Temporal at ${session.target.address}, namespace ${session.target.namespace}`,
    next: ['slipway get clusters', `if it exists and Temporal's database was lost: slipway adopt cluster/${name}`],
  };
}

/** Names of the clusters under management, sorted. Temporal alone answers: no worker is asked. */
export async function listClusterNames(session: TemporalSession): Promise<readonly string[]> {
  const query = `WorkflowType='${workflowTypes.cluster}' AND ExecutionStatus='Running'`;
  const names: string[] = [];
  try {
    for await (const execution of session.client.list({ query })) {
      names.push(execution.workflowId.slice(clusterWorkflowId('').length));
    }
  } catch (error) {
    throw translateFailure(error, { session });
  }
  return names.sort();
}

/** Clusters under management, sorted by name; one that ended in between is left out. */
export async function listClusters(session: TemporalSession): Promise<readonly ClusterState[]> {
  const names = await listClusterNames(session);
  const states = await Promise.all(names.map((name) => fetchIfOpen(session, name)));
  return states.filter((state) => state !== undefined);
}

/**
 * Clusters for which `matches` holds. One that cannot be read keeps nobody from the others: it is told of, and
 * counts only where nothing else was found.
 */
export async function findClusters(session: TemporalSession, matches: (state: ClusterState) => boolean): Promise<readonly ClusterState[]> {
  const names = await listClusterNames(session);
  const answers = await Promise.all(names.map((name) => fetchIfOpen(session, name).catch(unlessUnreadable)));
  const unread = answers.filter((answer) => answer instanceof ClusterUnreadableError);
  const found = answers.flatMap((answer) => (answer === undefined || answer instanceof ClusterUnreadableError || !matches(answer) ? [] : [answer]));
  const [first] = unread;
  if (found.length === 0 && first !== undefined) throw first;
  for (const { facts } of unread) writeStory(`! ${facts.what}`);
  return found;
}

function unlessUnreadable(error: unknown): ClusterUnreadableError {
  if (error instanceof ClusterUnreadableError) return error;
  throw error;
}

async function fetchIfOpen(session: TemporalSession, name: string): Promise<ClusterState | undefined> {
  try {
    return await fetchCluster(session, name);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** The cluster that a Machine belongs to. @throws NotFoundError */
export async function findMachineCluster(
  session: TemporalSession,
  request: { readonly machine: string; readonly cluster: string | undefined },
): Promise<ClusterState> {
  const { machine, cluster } = request;
  const hasMachine = (state: ClusterState): boolean => state.machines.some(({ name }) => name === machine);
  const [found] = cluster === undefined ? await findClusters(session, hasMachine) : [await fetchCluster(session, cluster)].filter(hasMachine);
  if (found !== undefined) return found;
  throw new NotFoundError({
    what: `there is no Machine "${machine}"${cluster === undefined ? '' : ` in cluster "${cluster}"`}`,
    next: [`slipway get machines${cluster === undefined ? '' : ` --cluster ${cluster}`}`],
  });
}

/** The cluster's name in an operation's, "demo-create-1". @throws UsageError */
export function clusterOfOperation(operationId: string): string {
  const name = /^(.+)-[a-z]+-\d+$/.exec(operationId)?.[1];
  if (name !== undefined) return name;
  throw new UsageError({
    what: `"${operationId}" is no operation: they look like demo-create-1`,
    next: ['slipway get operations'],
  });
}

/** The operation that a person would mean by "what it is doing". */
export function openOperation(state: ClusterState): Operation | undefined {
  const operation = currentOperation(state);
  return operation !== undefined && isOpen(operation) ? operation : undefined;
}
