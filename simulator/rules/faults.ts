import { draw } from './random.ts';
import type { Fault, FaultEffect, SimulatedCluster } from './state.ts';

/**
 * The fault that strikes this call, if one does, taken off what is left of it. A fault that was asked
 * for goes before one by chance.
 */
export function takeFault(
  cluster: SimulatedCluster,
  call: { readonly operation: string; readonly machine?: string },
): { readonly cluster: SimulatedCluster; readonly effect?: FaultEffect } {
  const fault = cluster.faults.find((candidate) => matches(candidate, call));
  if (fault !== undefined) return { cluster: { ...cluster, faults: useUp(cluster.faults, fault) }, effect: fault.effect };
  return cluster.chaos === undefined ? { cluster } : takeByChance(cluster, call);
}

function matches(fault: Fault, call: { readonly operation: string; readonly machine?: string }): boolean {
  return fault.operation === call.operation && (fault.machine === undefined || fault.machine === call.machine);
}

function useUp(faults: readonly Fault[], used: Fault): readonly Fault[] {
  if (used.times === 'always') return faults;
  const left = used.times - 1;
  return faults.flatMap((fault) => (fault !== used ? [fault] : left === 0 ? [] : [{ ...fault, times: left }]));
}

function takeByChance(cluster: SimulatedCluster, call: { readonly operation: string; readonly machine?: string }) {
  const key = `${call.operation}/${call.machine ?? ''}`;
  const count = (cluster.calls[key] ?? 0) + 1;
  const counted = { ...cluster, calls: { ...cluster.calls, [key]: count } };
  const { chaos } = cluster;
  if (chaos === undefined) return { cluster: counted };
  const chance = draw(chaos.seed, `${key}/${count}`);
  if (chance < chaos.failureRate) {
    // Half of them although the effect has happened: that is the kind that finds what is not repeatable.
    const after = draw(chaos.seed, `${key}/${count}/after`) < 0.5;
    return { cluster: counted, effect: { kind: 'fail', after, message: `by chance, seed ${chaos.seed}` } as const };
  }
  if (chance < chaos.failureRate + chaos.lateRate) {
    return { cluster: counted, effect: { kind: 'late', milliseconds: chaos.lateMilliseconds } as const };
  }
  return { cluster: counted };
}
