import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';
import { clusterScope } from './step-context.ts';

/**
 * As soon as the API server answers: the network add-on, without which Pods reach only their own Machine, unless the
 * manifest brings one, and what its ClusterResourceSets deliver.
 */
export async function installAddons(input: StepInput): Promise<StepReport> {
  return runStep(input, async ({ skippable }) => {
    const scope = clusterScope(input);
    const { network, networkAddon, resourceSets = [] } = input.desired;
    const { podCIDR, apiServerPort } = network;
    if (networkAddon === undefined) {
      await skippable('network add-on', ({ quick }) => quick.installNetworkAddon({ ...scope, podCIDR, apiServerPort }));
    }
    for (const set of resourceSets) await skippable(`ClusterResourceSet ${set.name}`, ({ quick }) => quick.applyResourceSet({ ...scope, set }));
  });
}
