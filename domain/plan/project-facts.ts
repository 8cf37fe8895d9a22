import type { ClusterState } from '../cluster-state.ts';
import type { Machine } from '../machine.ts';
import type { Observed } from '../observation.ts';
import type { PlanFacts } from './plan-facts.ts';
import { componentConditions } from '../quorum/control-plane-view.ts';
import { isMemberOf, type EtcdMember } from '../quorum/etcd-member.ts';
import { olderEtcdTemplate } from '../rollout/machine-template.ts';
import { etcdOf } from '../version/etcd-upgrade.ts';

/**
 * What would be seen of a cluster some steps later: what is seen now, without the Machines that would
 * be gone, and with those that would be there in good health. What is unknown now stays so.
 */
export function projectFacts(facts: PlanFacts, states: { readonly before: ClusterState; readonly now: ClusterState }): PlanFacts {
  const { machines } = states.now;
  const left = new Set(machines.map(({ name }) => name));
  const gone = states.before.machines.filter(({ name }) => !left.has(name));
  const goneNames = new Set(gone.map(({ name }) => name));
  const isGone = (name: string): boolean => goneNames.has(name);
  const running = machines.filter(({ phase }) => phase === 'Running');
  const controlPlane = running.filter(({ role }) => role === 'control-plane');
  return {
    nodes: withNew(facts.nodes, {
      keep: ({ name }) => !isGone(name),
      wanted: running,
      is: (node, { name }) => node.name === name,
      make: ({ name, version }) => ({ name, ready: 'True', reason: 'Projected', message: '', kubeletVersion: version, readySince: 0 }),
    }),
    infrastructure: withNew(facts.infrastructure, {
      keep: ({ name }) => !isGone(name),
      wanted: machines.filter(({ phase }) => phase !== 'Pending'),
      is: (found, { name }) => found.name === name,
      make: ({ name }) => ({ name, state: 'running' }),
    }),
    etcd: withLeader(withNew(facts.etcd, {
      keep: (member) => !gone.some((machine) => isMemberOf(member, machine)),
      wanted: controlPlane,
      is: isMemberOf,
      make: (machine) => projectMember(machine, states.now),
    })),
    components: withNew(facts.components, {
      keep: ({ machine }) => !isGone(machine),
      wanted: controlPlane.flatMap(({ name }) => componentTypes.map((type) => ({ machine: name, type, healthy: true, message: '' }))),
      is: (found, wanted) => found.machine === wanted.machine && found.type === wanted.type,
      make: (wanted) => wanted,
    }),
  };
}

/** Of those that are left one leads: it was moved before, or elected. */
function withLeader(observed: Observed<readonly EtcdMember[]>): Observed<readonly EtcdMember[]> {
  if (!observed.known || observed.value.some(({ leader }) => leader === true)) return observed;
  const heir = observed.value.find((member) => !member.learner && member.healthy);
  return { ...observed, value: observed.value.map((member) => (member === heir ? { ...member, leader: true } : member)) };
}

const componentTypes = componentConditions.filter((type) => type !== 'NodeExists');

function projectMember({ name, address, version: kubernetes, template }: Machine, { desired }: ClusterState): EtcdMember {
  const isOlder = template === olderEtcdTemplate(desired.controlPlane, kubernetes).hash;
  const version = etcdOf({ version: kubernetes, imageTag: isOlder ? undefined : desired.controlPlane.clusterConfiguration.etcd.imageTag });
  return { id: name, name, peerUrls: [`https://${address}:2380`], learner: false, healthy: true, leader: false, ...(version === undefined ? {} : { version }) };
}

function withNew<Fact, Wanted>(
  observed: Observed<readonly Fact[]>,
  rule: {
    readonly keep: (fact: Fact) => boolean;
    readonly wanted: readonly Wanted[];
    readonly is: (fact: Fact, wanted: Wanted) => boolean;
    readonly make: (wanted: Wanted) => Fact;
  },
): Observed<readonly Fact[]> {
  if (!observed.known) return observed;
  const kept = observed.value.filter(rule.keep);
  const missing = rule.wanted.filter((wanted) => !kept.some((fact) => rule.is(fact, wanted)));
  return { ...observed, value: [...kept, ...missing.map(rule.make)] };
}
