import { findIdentityProblem, findLifetimeProblem, type ClientIdentity } from '../domain/client-identity.ts';
import type { ClusterState } from '../domain/cluster-state.ts';
import { workflowTypes, type ClusterAccessReference, type KubeconfigInput } from '../workflows/contracts.ts';
import { clusterWorkflowId } from '../workflows/messages.ts';
import { currentActor } from './actor.ts';
import { ConflictError, UsageError } from './errors.ts';
import { kubeconfigFiles } from './kubeconfig/files.ts';
import { mergeKubeconfig } from './kubeconfig/merge.ts';
import { writePrivateFile } from './kubeconfig/private-file.ts';
import { askSealed } from './sealed-answers.ts';
import { fetchCluster } from './temporal/clusters.ts';
import { withTemporal, type TemporalSession } from './temporal/session.ts';
import { writeData, writeStory } from './terminal.ts';

export type KubeconfigFlags = {
  readonly filename?: string;
  readonly merge?: true;
  readonly keepContext?: true;
  readonly user?: string;
  readonly group?: readonly string[];
  readonly ttl?: number;
};

/** Who the kubeconfig is for: an administrator unless `user` is given. */
export type KubeconfigHolder = { readonly identity?: ClientIdentity; readonly ttlMs?: number };

/** To standard output, to a file of mode 0600 that is never half written, or into the user's own kubeconfig. */
export async function writeKubeconfig(names: readonly string[], flags: KubeconfigFlags): Promise<void> {
  const [name, ...more] = names;
  if (name === undefined || more.length > 0) throw new UsageError({ what: 'name one cluster: slipway get kubeconfig NAME' });
  const holder = holderOf(flags);
  const { filename, merge, keepContext } = flags;
  if (keepContext === true && merge !== true) throw new UsageError({ what: '--keep-context goes with --merge' });
  const issued = await withTemporal((session) => fetchKubeconfig(session, name, holder));
  if (merge === true) {
    const files = filename === undefined ? kubeconfigFiles() : [filename];
    return tellMerged(await mergeKubeconfig({ issued, files, keepContext: keepContext === true }), keepContext === true);
  }
  if (filename === undefined) return writeData(issued);
  writePrivateFile(filename, issued);
  return writeStory(`wrote ${filename} (mode 0600)`);
}

/** It passes through Temporal sealed to a key of this process alone. */
export async function fetchKubeconfig(session: TemporalSession, name: string, holder: KubeconfigHolder = {}): Promise<string> {
  const cluster = accessTo(await fetchCluster(session, name));
  return askSealed(session, {
    type: workflowTypes.kubeconfig,
    idPrefix: `${clusterWorkflowId(name)}/kubeconfig`,
    context: 'kubeconfig',
    input: (recipient): KubeconfigInput => ({ cluster, recipient, actor: currentActor(), ...holder }),
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

/** @throws UsageError for what no certificate is made for; the worker refuses it as well */
function holderOf({ user, group = [], ttl }: KubeconfigFlags): KubeconfigHolder {
  if (user === undefined && group.length > 0) throw new UsageError({ what: '--group goes with --user: a certificate is for a user in groups' });
  const identity = user === undefined ? undefined : { user, groups: [...new Set(group)] };
  const problem = identity === undefined ? undefined : findIdentityProblem(identity);
  if (problem !== undefined) {
    throw new UsageError({
      what: problem,
      unchanged: 'no certificate was made',
      next: ['leave out --user and --group for an administrator of the cluster', 'if RBAC itself is broken: /etc/kubernetes/super-admin.conf on a control-plane machine (slipway ssh MACHINE)'],
    });
  }
  const tooLong = ttl === undefined ? undefined : findLifetimeProblem(ttl);
  if (tooLong !== undefined) throw new UsageError({ what: `--ttl: ${tooLong}`, unchanged: 'no certificate was made' });
  return { ...(identity === undefined ? {} : { identity }), ...(ttl === undefined ? {} : { ttlMs: ttl }) };
}

function tellMerged({ files, context }: { readonly files: readonly string[]; readonly context: string }, keptContext: boolean): void {
  writeStory(`merged context ${context} into ${files.join(', ')} (mode 0600)`);
  writeStory(keptContext ? `current-context is as it was; kubectl --context ${context} uses this one` : `current-context is ${context}`);
}
