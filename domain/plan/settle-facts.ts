import type { PlanFacts } from './plan-facts.ts';

/**
 * What would be seen once everything that is there has come up: static Pods that have only just started are
 * Ready, Nodes have been for long enough. It is of use where a plan goes on past such a wait.
 * Machines that do not run are left as they are, and so are etcd's members: what quorum depends on does not
 * come by waiting, and neither does what is unknown now.
 */
export function settleFacts(facts: PlanFacts): PlanFacts {
  const { nodes, components, infrastructure } = facts;
  if (!infrastructure.known) return facts;
  const running = new Set(infrastructure.value.filter(({ state }) => state === 'running').map(({ name }) => name));
  return {
    ...facts,
    ...(nodes.known ? { nodes: { ...nodes, value: nodes.value.map((node) => (running.has(node.name) ? { ...node, ready: 'True', readySince: 0 } : node)) } } : {}),
    ...(components.known ? { components: { ...components, value: components.value.map((found) => (running.has(found.machine) ? { ...found, healthy: true, message: '' } : found)) } } : {}),
  };
}
