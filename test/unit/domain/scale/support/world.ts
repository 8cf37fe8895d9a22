import { condition } from '../../../../../domain/conditions.ts';
import { componentConditions, type ControlPlaneMachine, type ControlPlaneView } from '../../../../../domain/quorum/control-plane-view.ts';
import type { EtcdMember } from '../../../../../domain/quorum/etcd-member.ts';
import type { MachineDeletion, MachinePhase } from '../../../../../domain/machine.ts';
import type { ControlPlaneWish } from '../../../../../domain/scale/control-plane-plan.ts';
import { now } from '../../support/clusters.ts';

/**
 * A small etcd and its Machines: one learner, promotion, elections, majorities; no time and no network.
 * It allows whatever a majority can agree on, without etcd's strict checks of removals: what keeps the
 * quorum here is the planner alone.
 */
export type World = {
  readonly machines: readonly WorldMachine[];
  readonly members: readonly WorldMember[];
  /** ID of the member that leads. */
  readonly leader: string | undefined;
  /** The step that runs, and what it does next. */
  readonly step: RunningStep | undefined;
  readonly replicas: number;
  readonly initialized: boolean;
  /** Machines and members ever made: none comes twice. */
  readonly made: number;
  /** etcd is not seen at the next look. */
  readonly blind: boolean;
  /** A member lists the others although no majority agrees with it, as with serializable reads. */
  readonly listsAlone: boolean;
};

export type WorldMachine = {
  readonly name: string;
  readonly phase: MachinePhase;
  readonly power: 'on' | 'off' | 'gone';
  readonly createdAt: number;
  readonly failureDomain: string;
  readonly deletion?: MachineDeletion;
  readonly prepared?: boolean;
};

/** `started`: it has given its name. */
export type WorldMember = { readonly id: string; readonly machine: string; readonly started: boolean; readonly learner: boolean };

export type RunningStep = { readonly change: 'add' | 'remove'; readonly machine: string; readonly stage: 'begin' | 'add' | 'start' | 'promote' | 'finish' | 'remove' };

export const failureDomains = ['a', 'b', 'c'];

export const emptyWorld: World = { machines: [], members: [], leader: undefined, step: undefined, replicas: 1, initialized: false, made: 0, blind: false, listsAlone: false };

export function votersOf({ members }: Pick<World, 'members'>): readonly WorldMember[] {
  return members.filter(({ learner }) => !learner);
}

export function isUp(world: Pick<World, 'machines'>, member: WorldMember): boolean {
  return world.machines.some(({ name, power }) => name === member.machine && power === 'on');
}

/** Counted anew, by nothing that the planner uses. */
export function hasMajority(world: World): boolean {
  const voting = votersOf(world);
  return voting.filter((member) => isUp(world, member)).length * 2 > voting.length;
}

/** An election wherever there is none to lead; `luck` picks the winner. */
export function elect(world: World, luck: number): World {
  const candidates = votersOf(world).filter((member) => isUp(world, member));
  if (!hasMajority(world)) return { ...world, leader: undefined };
  if (candidates.some(({ id }) => id === world.leader)) return world;
  return { ...world, leader: candidates[luck % candidates.length]?.id };
}

/** What Slipway can see of it: all that is true, or etcd not at all. */
export function observe(world: World): ControlPlaneView {
  const isSeen = !world.blind && (world.listsAlone || hasMajority(world));
  const { step } = world;
  return {
    machines: world.machines.map((machine) => observeMachine(world, machine)),
    etcd: isSeen ? { known: true, value: world.members.map((member) => observeMember(world, member)), at: now } : { known: false, reason: 'etcd does not answer', at: now },
    certificates: 'True',
    inFlight: step === undefined ? [] : [{ machine: step.machine, change: step.change }],
  };
}

function observeMachine(world: World, { power, ...machine }: WorldMachine): ControlPlaneMachine {
  const member = world.members.find((candidate) => candidate.machine === machine.name);
  const serves = power === 'on' && member?.learner === false && hasMajority(world);
  const status = serves && machine.phase === 'Running' ? 'True' : 'False';
  return {
    ...machine,
    address: addressOf(machine.name),
    conditions: componentConditions.map((type) => condition(type, status, { reason: 'Observed', message: serves ? 'it starts' : 'it is down' })),
    ...(power === 'gone' ? { gone: true } : {}),
  };
}

function observeMember(world: World, { id, machine, started, learner }: WorldMember): EtcdMember {
  // Health is asked by a read that a majority must agree to.
  const healthy = started && !learner && hasMajority(world) && isUp(world, { id, machine, started, learner });
  return { id, name: started ? machine : '', peerUrls: [`https://${addressOf(machine)}:2380`], learner, healthy, leader: world.leader === id };
}

function addressOf(name: string): string {
  return `172.30.4.${name.split('-')[1]}`;
}

export function wishOf({ replicas, initialized }: World): ControlPlaneWish {
  return { replicas, failureDomains, ...(initialized ? {} : { mayInitialize: true }) };
}
