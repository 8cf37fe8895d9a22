import type { DesiredCluster } from '../api/desired-cluster.ts';
import { LIMITS } from '../api/limits.ts';
import { readNodeMask } from '../api/validation/arguments.ts';
import { checkPodNetworkSize, parseNetwork } from '../api/validation/networks.ts';

/**
 * What a manifest is held to by itself, held to again where replicas come from elsewhere: from `scale`, or
 * from a cluster that keeps those which a manifest leaves out.
 * @returns what is wrong, in a sentence; undefined where the cluster grows within its limits, or does not grow
 */
export function checkGrowth(before: DesiredCluster, after: DesiredCluster): string | undefined {
  const machines = countMachines(after);
  if (machines <= countMachines(before)) return undefined;
  if (machines > LIMITS.machines) return `the cluster would have ${machines} Machines; ${LIMITS.machines} are the most`;
  const network = parseNetwork(after.network.podCIDR);
  const wrong = network === undefined ? undefined : checkPodNetworkSize({ network, nodeMask: nodeMaskOf(after), machines });
  return wrong === undefined ? undefined : `the network of pods is too small: ${wrong.message}`;
}

function countMachines({ controlPlane, machineDeployments }: DesiredCluster): number {
  return machineDeployments.reduce((sum, { replicas }) => sum + replicas, controlPlane.replicas);
}

/** Of an argument that is given several times the last one counts. */
function nodeMaskOf({ controlPlane }: DesiredCluster): number {
  const { extraArgs } = controlPlane.clusterConfiguration.controllerManager;
  return readNodeMask(Object.fromEntries(Object.entries(extraArgs).map(([name, value]) => [name, typeof value === 'string' ? value : (value.at(-1) ?? '')])));
}
