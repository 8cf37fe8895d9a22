import type { StepOutcome } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { onHost } from '../host-activities.ts';
import { runStep } from '../step-run.ts';
import { clusterScope } from './step-context.ts';

/** The network add-on, as soon as the API server answers: without it Pods reach only their own Machine. */
export async function installAddons(input: StepInput): Promise<StepOutcome> {
  return runStep(input, async ({ phase }) => {
    const scope = clusterScope(input);
    const { podCIDR, apiServerPort } = input.desired.network;
    await phase('network add-on', () => onHost(input.host).quick.installNetworkAddon({ ...scope, podCIDR, apiServerPort }));
  });
}
