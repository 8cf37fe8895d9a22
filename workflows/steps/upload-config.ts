import { chooseUploader } from '../../domain/kubeadm/choose-uploader.ts';
import { upgradePartNames } from '../../domain/kubeadm/upgrade-scripts.ts';
import { withoutEtcdTag } from '../../domain/rollout/machine-template.ts';
import { wantedTemplates } from '../../domain/rollout/wanted-templates.ts';
import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';
import { repeatKubeadm } from './repeat-kubeadm.ts';
import { clusterScope, malformed } from './step-context.ts';

/** The cluster-wide configuration of the next template: what kubeadm on its Machines reads when they join. */
export async function uploadConfig(input: StepInput): Promise<StepReport> {
  return runStep(input, async ({ phase }) => {
    const { desired, machines, generation: step } = input;
    const { version, olderEtcd } = wantedTemplates(input).controlPlane;
    const wanted = olderEtcd === true ? { ...desired, controlPlane: withoutEtcdTag(desired.controlPlane) } : desired;
    const uploader = chooseUploader(machines, version);
    if (uploader === undefined) throw malformed(input, 'names no control-plane Machine that has joined');
    await repeatKubeadm(input, ({ generation, suffix }) =>
      phase(`${upgradePartNames['upload-config']}${suffix}`, ({ remote }) =>
        remote.uploadConfig({ ...clusterScope(input), ...uploader, desired: wanted, version, step, generation }),
      ),
    );
  });
}
