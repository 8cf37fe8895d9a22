import { setTimeout as sleep } from 'node:timers/promises';
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
  const { cluster, except, signal } = request;
  const serving = servingMachines(request);
  const refusals: string[] = [];
  for (const machine of serving) {
    try {
      return await ask(sshTarget({ cluster, machine }));
    } catch (error) {
      signal.throwIfAborted();
      refusals.push(describe(machine, error));
      reportProgress({ phase: 'etcd members', waitingFor: `another control-plane Machine than ${machine.name} to answer` });
    }
  }
  throw noneServes(refusals, except);
}

/**
 * The same for who only looks, and has seconds: where one has not answered in a moment, the next is
 * asked beside it, because a Machine that hangs would use all the time there is.
 */
export async function askFirstServing<T>(
  request: { readonly cluster: ClusterIdentity; readonly machines: readonly Machine[]; readonly signal: AbortSignal },
  ask: (via: SshTarget) => Promise<T>,
): Promise<T> {
  const answered = new AbortController();
  const refusals: string[] = [];
  let before: Promise<unknown> = Promise.resolve();
  const attempts = servingMachines(request).map((machine, index) => {
    const turn = index === 0 ? before : Promise.race([before, sleep(momentMs, undefined, { signal: answered.signal })]);
    const attempt = turn.then(() => ask(sshTarget({ cluster: request.cluster, machine })));
    // Whoever failed makes room at once; who still asks is waited for a moment.
    before = attempt.then(() => new Promise(() => undefined), (error: unknown) => refusals.push(describe(machine, error)));
    return attempt;
  });
  try {
    return await Promise.any(attempts);
  } catch {
    request.signal.throwIfAborted();
    throw noneServes(refusals, undefined);
  } finally {
    answered.abort();
  }
}

/** An answer takes some tenths of a second. */
const momentMs = 2000;

function servingMachines({ machines, except }: { readonly machines: readonly Machine[]; readonly except?: string }): readonly Machine[] {
  return machines.filter((machine) => machine.role === 'control-plane' && machine.name !== except && hasJoined(machine));
}

function describe({ name }: Machine, error: unknown): string {
  return `${name}: ${lastLines(error instanceof Error ? error.message : String(error), 3)}`;
}

function noneServes(refusals: readonly string[], except: string | undefined): NoServingMachineError {
  const beside = except === undefined ? '' : ` beside ${except}`;
  return new NoServingMachineError(
    refusals.length === 0 ? `no control-plane Machine serves${beside}` : `no control-plane Machine${beside} answers for etcd. ${refusals.map((refusal) => refusal.replace(/\.$/, '')).join('. ')}`,
  );
}
