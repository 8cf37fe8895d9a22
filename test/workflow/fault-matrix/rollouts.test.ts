import { APPROVAL_GATES, APPROVE_BEFORE_ANNOTATION } from '../../../api/approval-gates.ts';
import type { DesiredCluster } from '../../../api/desired-cluster.ts';
import { simulatedDesired } from '../simulated-world.ts';
import { describeMatrix } from './describe-matrix.ts';
import type { DrivenCluster } from './scenario.ts';

const [from, to] = ['v1.33.13', 'v1.34.4'];

describeMatrix({
  name: 'rollouts',
  manifest: (cluster, { controlPlanes, workers }) => {
    const desired = ofVersion(simulatedDesired(cluster, controlPlanes, workers), from);
    const annotations = { ...desired.metadata.annotations, [APPROVE_BEFORE_ANNOTATION]: APPROVAL_GATES.join(',') };
    return { ...desired, metadata: { ...desired.metadata, annotations } };
  },
  drive: async (cluster) => {
    await cluster.create({ controlPlanes: 1, workers: 2 });
    await cluster.apply((desired) => labelled(desired));
    const { state: before } = await cluster.look();
    await cluster.pauseRollout('control-plane');
    await cluster.apply((desired) => ofVersion(labelled(desired), to));
    await expectWords(cluster);
    await cluster.undo('worker', before);
    await cluster.delete();
  },
  end: 'gone',
});

function ofVersion(desired: DesiredCluster, version: string): DesiredCluster {
  const machineDeployments = desired.machineDeployments.map((deployment) => ({ ...deployment, version }));
  return { ...desired, controlPlane: { ...desired.controlPlane, version }, machineDeployments };
}

/** Needs no new Machine. */
function labelled(desired: DesiredCluster): DesiredCluster {
  const machineDeployments = desired.machineDeployments.map((deployment) => ({
    ...deployment,
    machineMetadata: { ...deployment.machineMetadata, labels: { ...deployment.machineMetadata.labels, 'node.cluster.x-k8s.io/shelf': 'top' } },
  }));
  return { ...desired, machineDeployments };
}

/** All Machines are of the new version, and nothing was replaced that a person had not let pass. */
async function expectWords(cluster: DrivenCluster): Promise<void> {
  const { state } = await cluster.look();
  const gates = (state.rollouts?.approvals ?? []).map(({ gate }) => gate).toSorted();
  const odd = state.machines.filter(({ version }) => version !== to).map(({ name, version }) => `${name} is of ${version}`);
  if (gates.join() !== APPROVAL_GATES.toSorted().join()) odd.push(`approved was only ${gates.join()}`);
  if ((state.rollouts?.paused ?? []).length > 0) odd.push('a rollout is still paused');
  if (odd.length > 0) throw new Error(odd.join('\n'));
}
