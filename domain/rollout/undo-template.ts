import type { DesiredCluster, DesiredControlPlane, DesiredMachineDeployment } from '../../api/desired-cluster.ts';
import type { Owner } from '../owner.ts';

/**
 * What would be wanted if `owner` had the template of an earlier revision again, as by `kubectl rollout
 * undo`: replicas, and how its Machines are replaced, stay as they are now. Without an owner all of that
 * revision counts.
 * @returns undefined where that revision has no such owner
 */
export function withEarlierTemplate(current: DesiredCluster, earlier: DesiredCluster, owner: Owner | undefined): DesiredCluster | undefined {
  if (owner === undefined) return earlier;
  if (owner.role === 'control-plane') {
    if (earlier.controlPlane.name !== owner.name) return undefined;
    return { ...current, controlPlane: earlierControlPlane(current.controlPlane, earlier.controlPlane) };
  }
  const before = earlier.machineDeployments.find(({ name }) => name === owner.name);
  if (before === undefined) return undefined;
  const machineDeployments = current.machineDeployments.map((deployment) => (deployment.name === owner.name ? earlierDeployment(deployment, before) : deployment));
  return { ...current, machineDeployments };
}

function earlierControlPlane(current: DesiredControlPlane, earlier: DesiredControlPlane): DesiredControlPlane {
  const { replicas: _replicas, metadata: _metadata, rollout: _rollout, ...template } = earlier;
  const { replicas, metadata, rollout } = current;
  return { ...template, replicas, ...(metadata === undefined ? {} : { metadata }), ...(rollout === undefined ? {} : { rollout }) };
}

function earlierDeployment(current: DesiredMachineDeployment, earlier: DesiredMachineDeployment): DesiredMachineDeployment {
  const { replicas: _replicas, metadata: _metadata, rollout: _rollout, minReadySeconds: _ready, progressDeadlineSeconds: _deadline, deletePolicy: _policy, ...template } = earlier;
  const { replicas, metadata, rollout, minReadySeconds, progressDeadlineSeconds, deletePolicy } = current;
  return {
    ...template,
    replicas,
    ...(metadata === undefined ? {} : { metadata }),
    ...(rollout === undefined ? {} : { rollout }),
    ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
    ...(progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds }),
    ...(deletePolicy === undefined ? {} : { deletePolicy }),
  };
}
