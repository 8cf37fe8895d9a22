import { isHealthyPod, withWorkloads } from './pods.ts';
import type { DisruptionBudget, Labels, SimulatedCluster, SimulatedPod } from './state.ts';

/** The eviction API's answer, with its HTTP status. */
export type EvictionAnswer = {
  readonly status: 201 | 404 | 429 | 500;
  readonly message: string;
  /** Of a 429: the budget that does not allow it. */
  readonly budget?: string;
  /** Of a 429: the count, as the API's details have it. */
  readonly cause?: string;
};

type PodName = { readonly namespace: string; readonly name: string };

export function evictPod(cluster: SimulatedCluster, name: PodName): { readonly cluster: SimulatedCluster; readonly value: EvictionAnswer } {
  const pod = findPod(cluster, name);
  if (pod === undefined) return { cluster, value: { status: 404, message: `pods "${name.name}" not found` } };
  if (pod.terminatingSince !== undefined) return { cluster, value: { status: 201, message: 'is ending already' } };
  const budgets = cluster.workloads.budgets.filter((budget) => covers(budget, pod));
  const [budget, second] = budgets;
  if (second !== undefined) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    return { cluster, value: { status: 500, message } };
  }
  if (budget !== undefined) {
    const { healthy, needed } = count(cluster, budget);
    // A Pod that is not healthy costs nothing, as long as the others suffice.
    const isAllowed = isHealthyPod(cluster, pod) ? healthy > needed : healthy >= needed;
    if (!isAllowed) {
      const message = "Cannot evict pod as it would violate the pod's disruption budget.";
      const cause = `The disruption budget ${budget.name} needs ${needed} healthy pods and has ${healthy} currently`;
      return { cluster, value: { status: 429, message, budget: budget.name, cause } };
    }
  }
  return { cluster: endPod(cluster, pod), value: { status: 201, message: 'evicted' } };
}

/** Past all budgets; with a grace of 0 it is gone at once, whether its kubelet answers or not. */
export function deletePod(cluster: SimulatedCluster, name: PodName & { readonly graceSeconds?: number }): SimulatedCluster {
  const pod = findPod(cluster, name);
  if (pod === undefined) return cluster;
  if (name.graceSeconds === 0) return withWorkloads(cluster, { pods: cluster.workloads.pods.filter((other) => other !== pod) });
  return endPod(cluster, { ...pod, graceSeconds: name.graceSeconds ?? pod.graceSeconds });
}

function endPod(cluster: SimulatedCluster, pod: SimulatedPod): SimulatedCluster {
  const ending = { ...pod, terminatingSince: pod.terminatingSince ?? cluster.at };
  const pods = cluster.workloads.pods.map((other) => (other.namespace === pod.namespace && other.name === pod.name ? ending : other));
  return withWorkloads(cluster, { pods });
}

function findPod(cluster: SimulatedCluster, { namespace, name }: PodName): SimulatedPod | undefined {
  return cluster.workloads.pods.find((pod) => pod.namespace === namespace && pod.name === name);
}

function covers(budget: DisruptionBudget, pod: SimulatedPod): boolean {
  return budget.namespace === pod.namespace && isSubset(budget.selector, pod.labels);
}

function isSubset(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

/** As the disruption controller counts: of what the controllers want, not of what happens to run. */
function count(cluster: SimulatedCluster, budget: DisruptionBudget): { readonly healthy: number; readonly needed: number } {
  const { pods, controllers } = cluster.workloads;
  const healthy = pods.filter((pod) => covers(budget, pod) && isHealthyPod(cluster, pod)).length;
  const owned = controllers.filter(({ kind, namespace, labels }) => kind === 'Deployment' && namespace === budget.namespace && isSubset(budget.selector, labels));
  const bare = pods.filter((pod) => covers(budget, pod) && pod.controller === undefined).length;
  const expected = owned.reduce((sum, { replicas }) => sum + replicas, bare);
  return { healthy, needed: Math.max(0, budget.minAvailable ?? expected - (budget.maxUnavailable ?? 1)) };
}
