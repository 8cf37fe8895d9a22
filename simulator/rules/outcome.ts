import type { SimulatedCluster } from './state.ts';

/** Why something was refused: the name of the error's class, as the real part throws it, and what it says. */
export type Refusal = { readonly name: string; readonly message: string };

/** The cluster after an operation, with its answer. */
export type Outcome<T> =
  | { readonly cluster: SimulatedCluster; readonly value: T; readonly refused?: never }
  | { readonly cluster: SimulatedCluster; readonly refused: Refusal };

/** The cluster stays as it is. */
export function refuse(cluster: SimulatedCluster, refused: Refusal): { readonly cluster: SimulatedCluster; readonly refused: Refusal } {
  return { cluster, refused };
}
