import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';
import { clusterScope } from './step-context.ts';

/** The cluster's network, its load balancer and its keys; the keys are made while the engine works. */
export async function ensureInfrastructure(input: StepInput): Promise<StepReport> {
  return runStep(input, async ({ phase }) => {
    const scope = clusterScope(input);
    const { apiServerPort } = input.desired.network;
    // All of it has ended before the step does, failed or cancelled too: a removal may follow at once.
    const ended = await Promise.allSettled([
      phase('certificates and keys', ({ records }) => records.ensureClusterSecrets(input.identity, input.desired.pki)),
      phase('network', ({ quick }) => quick.ensureNetwork(scope)).then(() =>
        phase('load balancer', ({ quick }) => quick.ensureLoadBalancer({ ...scope, apiServerPort })),
      ),
    ]);
    for (const result of ended) if (result.status === 'rejected') throw result.reason;
  });
}
