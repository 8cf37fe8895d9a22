import type { StepReport } from '../../domain/step.ts';

/** What became of a step whose report may have been missed. */
export interface StepLookup {
  /** undefined while it runs. A step that Temporal does not know counts as cancelled. */
  find(step: { readonly stepId: string; readonly generation: number }): Promise<StepReport | undefined>;
}
