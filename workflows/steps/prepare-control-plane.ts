import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';
import { bootstrapMachine } from './bootstrap-machine.ts';

/** A further control-plane Machine up to where it needs its turn with etcd: certificates, kubeconfigs, its kubelet. */
export async function prepareControlPlane(input: StepInput): Promise<StepReport> {
  return runStep(input, (run) => bootstrapMachine(input, run, 'prepare-control-plane'));
}
