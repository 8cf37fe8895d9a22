import type { ClusterState } from '../../domain/cluster-state.ts';
import { describeOwner, type Owner } from '../../domain/owner.ts';
import { NotFoundError, UsageError } from '../errors.ts';
import { findClusters } from './clusters.ts';
import type { TemporalSession } from './session.ts';

/** Name of the cluster that has that owner. @throws NotFoundError | UsageError where two have one */
export async function findOwnerCluster(session: TemporalSession, owner: Owner, cluster: string | undefined): Promise<string> {
  if (cluster !== undefined) return cluster;
  const found = (await findClusters(session, (state) => hasOwner(state, owner))).map(({ identity }) => identity.name);
  const [only, ...others] = found;
  if (only === undefined) throw new NotFoundError({ what: `no cluster has a ${describeOwner(owner)}`, next: ['slipway get clusters -o yaml'] });
  if (others.length === 0) return only;
  throw new UsageError({
    what: `clusters ${found.join(', ')} each have a ${describeOwner(owner)}`,
    unchanged: 'nothing was changed',
    next: ['say which with --cluster NAME'],
  });
}

function hasOwner({ desired }: ClusterState, { role, name }: Owner): boolean {
  return role === 'control-plane' ? desired.controlPlane.name === name : desired.machineDeployments.some((deployment) => deployment.name === name);
}
