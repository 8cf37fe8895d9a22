import type { ClusterState } from '../../domain/cluster-state.ts';
import type { Observed, ObservedNode } from '../../domain/observation.ts';
import { kindOf, type Owner } from '../../domain/owner.ts';
import { rolloutStatus, type OwnerRollout } from '../../domain/rollout/rollout-status.ts';

/** What is asked about: one owner, or a whole cluster. */
export type ShownRollout = { readonly cluster: string; readonly owners: readonly OwnerRollout[]; readonly complete: boolean; readonly waitsFor: readonly string[] };

/** One owner's part of a status needs nothing but that owner; what stops the cluster stops it too. */
export function selectShown(state: ClusterState, nodes: Observed<readonly ObservedNode[]>, owner: Owner | undefined): ShownRollout {
  const status = rolloutStatus(state, nodes);
  const owners = owner === undefined ? status.owners : status.owners.filter(({ kind, name }) => kind === kindOf(owner.role) && name === owner.name);
  const complete = owner === undefined ? status.complete : owners.every((each) => each.complete);
  return { cluster: state.identity.name, owners, complete, waitsFor: complete ? [] : status.waitsFor };
}
