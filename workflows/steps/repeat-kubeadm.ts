import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { StepInput } from '../contracts.ts';

/** kubeadm is not atomic: a run that failed is begun again, this often in all. */
const attempts = 3;

/** One try of a few: its generation, and how timings tell it from the first. */
export type Attempt = { readonly attempt: number; readonly generation: number; readonly suffix: string };

/** A lost connection or worker only re-attaches to the command; what failed is repaired and begun again. */
export async function repeatKubeadm(
  input: StepInput,
  body: (attempt: Attempt) => Promise<void>,
  repair: (generation: number) => Promise<void> = async () => undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const generation = input.generation * 10 + attempt;
    try {
      return await body({ attempt, generation, suffix: attempt === 1 ? '' : ` (attempt ${attempt} of ${attempts})` });
    } catch (error) {
      if (attempt === attempts || !isKubeadmFailure(error)) throw error;
      await repair(generation);
    }
  }
}

function isKubeadmFailure(error: unknown): boolean {
  return error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.type === 'KubeadmFailedError';
}
