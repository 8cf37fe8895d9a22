import type { Machine } from '../domain/machine.ts';
import type { PlanFacts } from '../domain/plan/plan-facts.ts';
import { componentConditions } from '../domain/quorum/control-plane-view.ts';
import { etcdVersionFor } from '../simulator/rules/versions.ts';

/** What is seen of a cluster whose Machines are all as they should be; the oldest control plane leads. */
export function healthyFacts(machines: readonly Machine[]): PlanFacts {
  const joined = machines.filter(({ phase }) => phase === 'Joined' || phase === 'Running' || phase === 'Deleting');
  const controlPlane = joined.filter(({ role }) => role === 'control-plane');
  const types = componentConditions.filter((type) => type !== 'NodeExists');
  return {
    nodes: known(joined.map(({ name, version }) => ({ name, ready: 'True' as const, reason: 'KubeletReady', message: '', kubeletVersion: version, readySince: 0 }))),
    infrastructure: known(machines.filter(({ phase }) => phase !== 'Pending').map(({ name }) => ({ name, state: 'running' as const }))),
    etcd: known(
      controlPlane.map(({ name, address, version }, index) => ({
        id: Buffer.from(name).toString('hex').slice(-16),
        name,
        peerUrls: [`https://${address}:2380`],
        learner: false,
        healthy: true,
        leader: index === 0,
        version: etcdVersionFor(version),
      })),
    ),
    components: known(controlPlane.flatMap(({ name }) => types.map((type) => ({ machine: name, type, healthy: true, message: '' })))),
  };
}

function known<T>(value: T) {
  return { known: true as const, value, at: 0 };
}
