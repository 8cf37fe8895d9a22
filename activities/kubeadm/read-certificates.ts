import type { ClusterIdentity } from '../../domain/identity.ts';
import { joinedControlPlanes, type Machine } from '../../domain/machine.ts';
import type { ObservedCertificates } from '../../domain/plan/plan-facts.ts';
import type { Bootstrapper } from '../seams/bootstrapper.ts';
import { sshTarget } from '../ssh-target.ts';

/**
 * When the certificates of each control plane expire, of those that answer: one that does not is no reason
 * to know nothing of the others.
 * @throws what the first said, where none answers
 */
export async function readCertificates(request: {
  readonly bootstrapper: Pick<Bootstrapper, 'certificatesExpireAt'>;
  readonly cluster: ClusterIdentity;
  readonly machines: readonly Machine[];
  readonly signal: AbortSignal;
}): Promise<readonly ObservedCertificates[]> {
  const { bootstrapper, cluster, machines, signal } = request;
  const joined = joinedControlPlanes(machines);
  const answers = await Promise.allSettled(
    joined.map(async (machine) => ({
      machine: machine.name,
      certificatesExpireAt: await bootstrapper.certificatesExpireAt(sshTarget({ cluster, machine }), signal),
    })),
  );
  const read = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const [refused] = answers.filter((answer) => answer.status === 'rejected');
  if (read.length === 0 && refused !== undefined) throw refused.reason;
  return read;
}
