import { addonsRolledOut, upgradePartNames } from '../../domain/kubeadm/upgrade-scripts.ts';
import { hasJoined } from '../../domain/machine.ts';
import { wantedTemplates } from '../../domain/rollout/wanted-templates.ts';
import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';
import { repeatKubeadm } from './repeat-kubeadm.ts';
import { clusterScope, malformed } from './step-context.ts';

/** CoreDNS and kube-proxy, once every control-plane Machine is of the new version. */
export async function upgradeAddons(input: StepInput): Promise<StepReport> {
  return runStep(input, async (run) => {
    const { desired, machines, generation: step } = input;
    const { version } = wantedTemplates(input).controlPlane;
    const machine = machines.find((candidate) => candidate.role === 'control-plane' && hasJoined(candidate) && candidate.version === version);
    if (machine === undefined) throw malformed(input, `names no control-plane Machine of ${version}`);
    const older = machines.filter((candidate) => hasJoined(candidate) && candidate.version !== version);
    if (older.length > 0) {
      await run.skippable('add-on images', ({ remote }) => remote.carryAddonImages({ ...clusterScope(input), from: [machine], to: older }));
    }
    await repeatKubeadm(input, ({ generation, suffix }) =>
      run.phase(`${upgradePartNames.addons}${suffix}`, ({ remote }) => remote.upgradeAddons({ ...clusterScope(input), machine, desired, version, step, generation })),
    );
    await run.skippable(addonsRolledOut, ({ patient }) => patient.waitForAddons(clusterScope(input)));
  });
}
