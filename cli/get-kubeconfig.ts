import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import type { ClusterState } from '../domain/cluster-state.ts';
import { workflowTypes, type ClusterAccessReference, type KubeconfigInput } from '../workflows/contracts.ts';
import { clusterWorkflowId } from '../workflows/messages.ts';
import { ConflictError, UsageError } from './errors.ts';
import { askSealed } from './sealed-answers.ts';
import { fetchCluster } from './temporal/clusters.ts';
import { withTemporal, type TemporalSession } from './temporal/session.ts';
import { writeData, writeStory } from './terminal.ts';

/** To standard output, or to a file of mode 0600 that is never half written. */
export async function writeKubeconfig(names: readonly string[], filename: string | undefined): Promise<void> {
  const [name, ...more] = names;
  if (name === undefined || more.length > 0) throw new UsageError({ what: 'name one cluster: slipway get kubeconfig NAME' });
  const kubeconfig = await withTemporal((session) => fetchKubeconfig(session, name));
  if (filename === undefined) return writeData(kubeconfig);
  await writePrivateFile(filename, kubeconfig);
  return writeStory(`wrote ${filename} (mode 0600)`);
}

/** An administrator's kubeconfig; it passes through Temporal sealed to a key of this process alone. */
export async function fetchKubeconfig(session: TemporalSession, name: string): Promise<string> {
  const cluster = accessTo(await fetchCluster(session, name));
  return askSealed(session, {
    type: workflowTypes.kubeconfig,
    idPrefix: `${clusterWorkflowId(name)}/kubeconfig`,
    context: 'kubeconfig',
    input: (recipient): KubeconfigInput => ({ cluster, recipient }),
  });
}

/** @throws ConflictError while nothing has been allocated for the cluster yet. */
export function accessTo(state: ClusterState): ClusterAccessReference {
  const { identity, allocation } = state;
  if (allocation !== undefined) return { identity, allocation };
  throw new ConflictError({
    what: `cluster ${identity.name} has no network yet: it is ${state.phase}`,
    next: [`slipway watch cluster ${identity.name}`],
  });
}

export async function writePrivateFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, content, { mode: 0o600, flag: 'wx' });
    await chmod(temporary, 0o600);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new UsageError({
      what: `${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      unchanged: 'the file is as it was',
      cause,
    });
  }
}
