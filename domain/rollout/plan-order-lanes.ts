import type { StepKind } from '../step.ts';

/** One step of an agreed order: what kind it is, and what it changes, "v1.33.13/4f0c… → none, voters 4 → 3"; empty where nothing else is to be said. */
export type AgreedStep = { readonly kind: StepKind; readonly change: string };

/** What a person was shown and agreed to: the order of things in each lane, and the hash of it all. */
export type PlanOrder = {
  readonly hash: string;
  /** By owner, "machinedeployment/demo-md-0". */
  readonly lanes: Readonly<Record<string, readonly AgreedStep[]>>;
};
