import type { ClusterIdentity } from '../../domain/identity.ts';
import { hasJoined, type Machine } from '../../domain/machine.ts';
import { lastLines } from '../last-lines.ts';
import { reportProgress } from '../progress.ts';
import type { SshTarget } from '../seams/command-runner.ts';
import { sshTarget } from '../ssh-target.ts';

/** No control-plane Machine answers for etcd; what each said is in the message. */
export class NoServingMachineError extends Error {
  override readonly name = 'NoServingMachineError';
}

/**
 * Asks the control-plane Machines that have joined, one after the other, until one answers: with one
 * of three gone the other two still know the members.
 */
export async function askServing<T>(
  request: { readonly cluster: ClusterIdentity; readonly machines: readonly Machine[]; readonly except?: string; readonly signal: AbortSignal },
  ask: (via: SshTarget) => Promise<T>,
): Promise<T> {
  const { cluster, machines, except, signal } = request;
  const serving = machines.filter(
    (machine) => machine.role === 'control-plane' && machine.name !== except && hasJoined(machine),
  );
  const refusals: string[] = [];
  for (const machine of serving) {
    try {
      return await ask(sshTarget({ cluster, machine }));
    } catch (error) {
      signal.throwIfAborted();
      const message = lastLines(error instanceof Error ? error.message : String(error), 3);
      refusals.push(`${machine.name}: ${message}`);
      reportProgress({ phase: 'etcd members', waitingFor: `another control-plane Machine than ${machine.name} to answer` });
    }
  }
  const beside = except === undefined ? '' : ` beside ${except}`;
  throw new NoServingMachineError(
    refusals.length === 0 ? `no control-plane Machine serves${beside}` : `no control-plane Machine${beside} answers for etcd. ${refusals.join('. ')}`,
  );
}
