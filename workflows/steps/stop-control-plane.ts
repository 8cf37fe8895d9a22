import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';
import { clusterScope, malformed } from './step-context.ts';

/**
 * Before a backup is restored: no client reaches what is left of the old control plane, and what can be
 * reached of it is stopped. Of what cannot, nothing more is to be had.
 */
export async function stopControlPlane(input: StepInput): Promise<StepReport> {
  return runStep(input, async ({ phase }) => {
    const { recovery, machines } = input;
    if (recovery === undefined) throw malformed(input, 'has no recovery that it is for');
    await phase('load balancer without backends', ({ quick }) => quick.setBackends({ ...clusterScope(input), backends: [] }));
    const old = machines.filter(({ name }) => recovery.lost.includes(name));
    await Promise.all(
      old.map((machine) => phase(`${machine.name}: control plane stopped`, ({ quick }) => quick.stopControlPlane({ ...clusterScope(input), machine }))),
    );
  });
}
