import { condition, type Condition } from '../../../../../domain/conditions.ts';
import type { MachinePhase } from '../../../../../domain/machine.ts';
import { componentConditions, type ComponentCondition, type ControlPlaneMachine, type ControlPlaneView } from '../../../../../domain/quorum/control-plane-view.ts';
import type { EtcdMember } from '../../../../../domain/quorum/etcd-member.ts';
import { machine, now } from '../../support/clusters.ts';

/** Everything that is asked of a Machine, True but for what `facts` says. */
export function components(facts: Partial<Record<ComponentCondition, Condition['status']>> = {}): readonly Condition[] {
  return componentConditions.map((type) => {
    const status = facts[type] ?? 'True';
    return condition(type, status, { reason: 'Observed', message: status === 'True' ? '' : `${type} is ${status}` });
  });
}

/** cp-1 is the oldest: each number is a minute younger than the one before. */
export function controlPlane(name: string, phase: MachinePhase = 'Running', facts: Partial<ControlPlaneMachine> = {}): ControlPlaneMachine {
  const { address } = machine(name);
  const createdAt = now + Number(name.split('-')[1]) * 60_000;
  return { name, address, phase, createdAt, conditions: phase === 'Running' ? components() : [], ...facts };
}

/** A voter that answers, of the Machine with that name. */
export function member(name: string, facts: Partial<EtcdMember> = {}): EtcdMember {
  return { id: `id-${name}`, name, peerUrls: [`https://${machine(name).address}:2380`], learner: false, healthy: true, ...facts };
}

export function learner(name: string, facts: Partial<EtcdMember> = {}): EtcdMember {
  return member(name, { learner: true, healthy: false, ...facts });
}

export function unstarted(name: string): EtcdMember {
  return learner(name, { name: '' });
}

export function dead(name: string): EtcdMember {
  return member(name, { healthy: false });
}

/** The Machines, and a voter that answers for each one that has joined, unless `members` says other things. */
export function view(machines: readonly ControlPlaneMachine[], facts: Partial<ControlPlaneView> & { readonly members?: readonly EtcdMember[] } = {}): ControlPlaneView {
  const { members = machines.filter(({ phase }) => phase === 'Joined' || phase === 'Running').map(({ name }) => member(name)), ...rest } = facts;
  return { machines, etcd: { known: true, value: members, at: now }, certificates: 'True', inFlight: [], ...rest };
}

/** cp-1 … as many as that, all Running. */
export function running(count: number): readonly ControlPlaneMachine[] {
  return Array.from({ length: count }, (_, index) => controlPlane(`cp-${index + 1}`));
}
