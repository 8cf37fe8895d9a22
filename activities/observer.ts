import type { Observed } from '../domain/observation.ts';
import { scrub } from '../domain/scrub.ts';
import { cancellationSignal } from './progress.ts';

/** Looks for as long as somebody can wait; what could not be seen is said to be unknown, and why. */
export function createObserver(deps: { readonly now: () => number; readonly patienceMs: number }) {
  return async <T>(look: (signal: AbortSignal) => Promise<T>): Promise<Observed<T>> => {
    const signal = AbortSignal.any([cancellationSignal(), AbortSignal.timeout(deps.patienceMs)]);
    try {
      return { known: true, value: await look(signal), at: deps.now() };
    } catch (error) {
      return { known: false, reason: scrub(error instanceof Error ? error.message : String(error)), at: deps.now() };
    }
  };
}
