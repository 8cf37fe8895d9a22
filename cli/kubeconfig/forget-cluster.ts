import type { ClusterState } from '../../domain/cluster-state.ts';
import { CliError } from '../errors.ts';
import { writeStory } from '../terminal.ts';
import { kubeconfigFiles } from './files.ts';
import { entryName } from './names.ts';
import { removeClusterEntries } from './remove.ts';

/** Takes what `get kubeconfig --merge` added out of the user's files. What cannot be taken out is said, and fails nothing. */
export async function forgetCluster({ identity, allocation }: ClusterState): Promise<void> {
  const { name, uid } = identity;
  if (allocation === undefined) return;
  const server = `https://127.0.0.1:${allocation.apiServerHostPort}`;
  try {
    const removed = await removeClusterEntries({ name, uid, server }, kubeconfigFiles());
    if (removed.kind === 'removed') {
      writeStory(`removed ${entryName(name)} from ${removed.files.join(', ')}${removed.wasCurrent ? '; there is no current-context now' : ''}`);
    }
    if (removed.kind === 'another') writeStory(`${entryName(name)} in ${removed.file} leads to another cluster: it stays`);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    writeStory(`kubeconfig entries ${entryName(name)} stay, if there are any: ${error.facts.what}`);
  }
}
