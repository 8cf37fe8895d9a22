import { operations, type ClusterOperation } from './operations.ts';
import type { RequestOf } from './protocol.ts';
import { takeFault } from './rules/faults.ts';
import type { Refusal } from './rules/outcome.ts';
import { settle } from './rules/settle.ts';
import type { FaultEffect, SimulatedCluster } from './rules/state.ts';

export type Performed = {
  readonly cluster: SimulatedCluster;
  readonly answer: { readonly value: unknown } | { readonly refused: Refusal };
  /** How the answer is given: at once unless a fault says otherwise. Simulated milliseconds. */
  readonly delivery: { readonly kind: 'now' } | { readonly kind: 'never' } | { readonly kind: 'late'; readonly milliseconds: number };
};

/**
 * The simulator's reducer: the cluster before a call, the call and its time give the cluster after it
 * and the answer. The same three give the same again.
 */
export function perform<O extends ClusterOperation>(
  cluster: SimulatedCluster,
  call: { readonly operation: O; readonly request: RequestOf<O>; readonly now: number },
): Performed {
  const { operation, request, now } = call;
  const settled = settle(cluster, now);
  if (operation.startsWith('control/')) return evaluate(settled, call);
  const struck = takeFault(settled, { operation, ...subject(request) });
  const { effect } = struck;
  if (effect === undefined) return evaluate(struck.cluster, call);
  if (effect.kind === 'late') return { ...evaluate(struck.cluster, call), delivery: { kind: 'late', milliseconds: effect.milliseconds } };
  const performed = effect.after === true ? evaluate(struck.cluster, call) : { cluster: struck.cluster, answer: { value: null } };
  return { cluster: performed.cluster, ...withhold(effect, operation) };
}

/** The call without faults: what one that waits is asked again. */
export function evaluate<O extends ClusterOperation>(
  cluster: SimulatedCluster,
  call: { readonly operation: O; readonly request: RequestOf<O>; readonly now: number },
): Performed {
  const outcome = operations[call.operation](settle(cluster, call.now), call.request);
  const answer = outcome.refused === undefined ? { value: outcome.value } : { refused: outcome.refused };
  return { cluster: settle(outcome.cluster, call.now), answer, delivery: { kind: 'now' } };
}

function withhold(effect: Exclude<FaultEffect, { kind: 'late' }>, operation: string): Pick<Performed, 'answer' | 'delivery'> {
  const what = effect.kind === 'fail' && effect.message !== undefined ? `: ${effect.message}` : '';
  const refused = { name: 'InjectedFaultError', message: `${operation} failed, as the simulator was told to${what}` };
  return { answer: { refused }, delivery: { kind: effect.kind === 'hang' ? 'never' : 'now' } };
}

function subject(request: object): { readonly machine?: string } {
  if ('machine' in request && typeof request.machine === 'string') return { machine: request.machine };
  return 'node' in request && typeof request.node === 'string' ? { machine: request.node } : {};
}
