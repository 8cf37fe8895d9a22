import { condition } from '../conditions.ts';
import { componentConditions, hasJoined, machineOf, memberOf, type ControlPlaneMachine, type ControlPlaneView } from '../quorum/control-plane-view.ts';
import { isMemberOf, type EtcdMember } from '../quorum/etcd-member.ts';
import type { ControlPlaneWish, FreeStep, QuorumStep } from './control-plane-plan.ts';
import { planControlPlane } from './plan-control-plane.ts';

/** A Machine that has no name yet is "(new 1)", "(new 2)" … */
export type ProjectedControlPlane = {
  readonly steps: readonly (FreeStep | QuorumStep)[];
  /** How it ends: done, or what holds it up. */
  readonly end: QuorumStep;
};

/** More than any change of seven Machines takes. */
const mostRounds = 100;

/**
 * The steps that planControlPlane would take, one after the other, if each went well: what a plan shows
 * beforehand, with voters, quorum and tolerance before and after each. The decisions are the very same;
 * only their effect is assumed. What is in flight is taken as finished.
 */
export function projectControlPlane(view: ControlPlaneView, wish: ControlPlaneWish): ProjectedControlPlane {
  const steps: (FreeStep | QuorumStep)[] = [];
  let current = settle(view);
  let made = 0;
  let assumed = wish;
  for (let round = 0; round < mostRounds; round++) {
    const { free, next } = planControlPlane(current, assumed);
    for (const step of free) {
      if (step.action === 'create') made += 1;
      current = projectFreeStep(current, { step, made });
      steps.push(step);
    }
    if (next.action === 'done' || next.action === 'stop' || (next.action === 'wait' && free.length === 0)) return { steps, end: next };
    if (next.action === 'wait') continue;
    if (next.action === 'initialize') assumed = { replicas: wish.replicas, failureDomains: wish.failureDomains };
    current = projectQuorumStep(current, next);
    steps.push(next);
  }
  return { steps, end: planControlPlane(current, assumed).next };
}

/** What is under way ends well, and Machines that are being made are there. */
function settle(view: ControlPlaneView): ControlPlaneView {
  const ended = view.inFlight.reduce((current, { machine, change }) => (change === 'add' ? withJoined(current, machine) : without(current, machine)), view);
  const machines = ended.machines.map((machine) => (machine.phase === 'Joined' ? serving(machine) : provisioned(machine)));
  return { ...ended, machines, inFlight: [] };
}

function provisioned(machine: ControlPlaneMachine): ControlPlaneMachine {
  return machine.phase === 'Pending' || machine.phase === 'Provisioning' ? { ...machine, phase: 'Provisioned' } : machine;
}

function projectFreeStep(view: ControlPlaneView, { step, made }: { readonly step: FreeStep; readonly made: number }): ControlPlaneView {
  if (step.action === 'discard') return without(view, step.machine);
  const newest = Math.max(0, ...view.machines.map(({ createdAt }) => createdAt));
  const name = `(new ${made})`;
  const placement = step.failureDomain === undefined ? {} : { failureDomain: step.failureDomain };
  const machine: ControlPlaneMachine = { name, address: name, phase: 'Provisioned', createdAt: newest + 1, conditions: [], ...placement };
  return { ...view, machines: [...view.machines, machine] };
}

function projectQuorumStep(view: ControlPlaneView, step: QuorumStep): ControlPlaneView {
  switch (step.action) {
    case 'initialize':
    case 'join':
      return withJoined(view, step.machine);
    case 'removeMachine':
      return without(view, step.machine);
    case 'removeMember':
      return withMembers(view, (members) => members.filter(({ id }) => id !== step.memberId));
    case 'wait':
    case 'stop':
    case 'done':
      return view;
  }
}

function withJoined(view: ControlPlaneView, name: string): ControlPlaneView {
  const machine = view.machines.find((candidate) => candidate.name === name);
  if (machine === undefined) return view;
  const machines = view.machines.map((candidate) => (candidate === machine ? serving(machine) : candidate));
  const id = memberOf(view, machine)?.id ?? name;
  const own: EtcdMember = { id, name, peerUrls: [], learner: false, healthy: true };
  return withMembers({ ...view, machines }, (members) => [...members.filter((member) => !isMemberOf(member, machine)), own]);
}

function serving(machine: ControlPlaneMachine): ControlPlaneMachine {
  return { ...machine, phase: 'Running', conditions: componentConditions.map((type) => condition(type, 'True', { reason: 'Assumed' })) };
}

function without(view: ControlPlaneView, name: string): ControlPlaneView {
  const machines = view.machines.filter((machine) => machine.name !== name);
  const gone = view.machines.find((machine) => machine.name === name);
  return withMembers({ ...view, machines }, (members) => members.filter((member) => gone === undefined || !isMemberOf(member, gone)));
}

/** Where the one that led has gone, another leads. An etcd that nobody can see stays unseen, but for a first member. */
function withMembers(view: ControlPlaneView, change: (members: readonly EtcdMember[]) => readonly EtcdMember[]): ControlPlaneView {
  const { etcd } = view;
  if (!etcd.known && view.machines.some((machine) => hasJoined(machine) && machine.conditions.every(({ reason }) => reason !== 'Assumed'))) return view;
  const members = change(etcd.known ? etcd.value : []);
  const heir = members.find((member) => !member.learner && member.healthy && machineOf(view, member) !== undefined);
  const led = members.some(({ leader }) => leader === true) ? members : members.map((member) => ({ ...member, leader: member === heir }));
  return { ...view, etcd: { known: true, value: led, at: etcd.at } };
}
