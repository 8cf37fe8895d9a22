import { proxyActivities } from '@temporalio/workflow';
import type { createRecordActivities } from '../../activities/record-activities.ts';
import type { StepOutcome } from '../../domain/step.ts';
import { quick } from '../activity-options.ts';
import type { StepInput } from '../contracts.ts';
import { onHost } from '../host-activities.ts';
import { runStep } from '../step-run.ts';
import { clusterScope } from './step-context.ts';

const records = proxyActivities<ReturnType<typeof createRecordActivities>>(quick);

/** The cluster's network, its load balancer and its keys; the keys are made while the engine works. */
export async function ensureInfrastructure(input: StepInput): Promise<StepOutcome> {
  return runStep(input, async ({ phase }) => {
    const scope = clusterScope(input);
    const host = onHost(input.host).quick;
    const { apiServerPort } = input.desired.network;
    // All of it has ended before the step does, failed or cancelled too: a removal may follow at once.
    const ended = await Promise.allSettled([
      phase('certificates and keys', () => records.ensureClusterSecrets(input.identity, input.desired.pki)),
      phase('network', () => host.ensureNetwork(scope)).then(() =>
        phase('load balancer', () => host.ensureLoadBalancer({ ...scope, apiServerPort })),
      ),
    ]);
    for (const result of ended) if (result.status === 'rejected') throw result.reason;
  });
}
