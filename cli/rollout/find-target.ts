import type { Owner } from '../../domain/owner.ts';
import type { RolloutTarget } from '../owner-argument.ts';
import { findOwnerCluster } from '../temporal/owners.ts';
import type { TemporalSession } from '../temporal/session.ts';

/** The cluster that is meant, and which of its owners; without one all of them. @throws NotFoundError | UsageError */
export async function findTarget(session: TemporalSession, target: RolloutTarget, cluster: string | undefined): Promise<{ readonly cluster: string; readonly owner?: Owner }> {
  if ('cluster' in target) return { cluster: target.cluster };
  return { cluster: await findOwnerCluster(session, target.owner, cluster), owner: target.owner };
}
