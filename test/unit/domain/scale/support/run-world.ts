import type { ControlPlanePlan, FreeStep, QuorumStep } from '../../../../../domain/scale/control-plane-plan.ts';
import { planControlPlane } from '../../../../../domain/scale/plan-control-plane.ts';
import { planRemoval } from '../../../../../domain/scale/plan-removal.ts';
import { now } from '../../support/clusters.ts';
import { elect, hasMajority, isUp, observe, votersOf, wishOf, type RunningStep, type World, type WorldMachine } from './world.ts';

/** What was decided and done in one tick, for invariants and for people who read a failure. */
export type Tick = { readonly before: World; readonly after: World; readonly plan?: ControlPlanePlan; readonly did: readonly string[] };

/** Looks, decides and begins, or does the next thing of the step that runs. Machines come up by themselves. */
export function tick(world: World, luck: number): Tick {
  const machines = world.machines.map((machine) => settle(machine));
  const ready = elect({ ...world, machines }, luck);
  const plan = planControlPlane(observe(ready), wishOf(ready));
  const freed = plan.free.reduce(freeStep, ready);
  const begun = ready.step === undefined ? begin(freed, plan.next) : advance(freed, { step: ready.step, luck });
  const did = [...plan.free.map(describe), ready.step === undefined ? describe(plan.next) : `${ready.step.change} ${ready.step.machine}: ${ready.step.stage}`];
  return { before: world, after: elect({ ...begun, blind: false }, luck), plan, did };
}

function describe(step: FreeStep | QuorumStep): string {
  const subject = 'machine' in step ? ` ${step.machine}` : 'memberId' in step ? ` ${step.memberId}` : '';
  return `${step.action}${subject}: ${step.reasons.join('; ')}`;
}

function settle(machine: WorldMachine): WorldMachine {
  if (machine.power !== 'on') return machine;
  if (machine.phase === 'Pending') return { ...machine, phase: 'Provisioned' };
  return machine.phase === 'Joined' ? { ...machine, phase: 'Running' } : machine;
}

function freeStep(world: World, step: FreeStep): World {
  if (step.action === 'discard') return deleteMachine(world, step.machine);
  if (step.action === 'prepare') return { ...world, machines: world.machines.map((machine) => (machine.name === step.machine ? { ...machine, prepared: true } : machine)) };
  const made = world.made + 1;
  const machine: WorldMachine = { name: `cp-${made}`, phase: 'Pending', power: 'on', createdAt: now + made, failureDomain: step.failureDomain ?? 'a' };
  return { ...world, made, machines: [...world.machines, machine] };
}

function begin(world: World, next: QuorumStep): World {
  switch (next.action) {
    case 'initialize': {
      const member = { id: `id-${next.machine}`, machine: next.machine, started: true, learner: false };
      return withPhase({ ...world, initialized: true, members: [member] }, { name: next.machine, phase: 'Joined' });
    }
    case 'join':
      return { ...world, step: { change: 'add', machine: next.machine, stage: 'begin' } };
    case 'removeMachine':
      return { ...world, step: { change: 'remove', machine: next.machine, stage: 'begin' } };
    case 'removeMember':
      return withoutMember(world, next.memberId);
    case 'wait':
    case 'stop':
    case 'done':
      return world;
  }
}

function advance(world: World, { step, luck }: { readonly step: RunningStep; readonly luck: number }): World {
  const { machine: name, change, stage } = step;
  const machine = world.machines.find((candidate) => candidate.name === name);
  const ended: World = { ...world, step: undefined };
  if (machine === undefined) return ended;
  const go = (next: RunningStep['stage'], from: World = world): World => ({ ...from, step: { ...step, stage: next } });
  if (change === 'remove') return stage === 'begin' ? go('remove', withPhase(world, { name, phase: 'Deleting' })) : removeOn(world, { machine, luck });
  if (stage === 'finish') return withPhase(ended, { name, phase: 'Joined' });
  const mine = world.members.find((member) => member.machine === name);
  if (machine.power !== 'on' || !hasMajority(world)) return ended;
  switch (stage) {
    case 'begin':
      return go('add', withPhase(world, { name, phase: 'Bootstrapping' }));
    case 'add': {
      if (mine !== undefined) return go('start');
      // As etcd is by default: one learner, and none while a voter is down.
      if (world.members.some(({ learner }) => learner) || !votersOf(world).every((member) => isUp(world, member))) return ended;
      const member = { id: `id-${name}`, machine: name, started: false, learner: true };
      return go('start', { ...world, members: [...world.members, member] });
    }
    case 'start':
      return mine === undefined ? ended : go('promote', withMembers(world, { id: mine.id, started: true }));
    case 'promote':
      return mine === undefined ? ended : go('finish', withMembers(world, { id: mine.id, learner: false }));
    case 'remove':
      return ended;
  }
}

/** The step looks for itself before each thing that it does; held up, it ends, and is planned anew. */
function removeOn(world: World, { machine, luck }: { readonly machine: WorldMachine; readonly luck: number }): World {
  const seen = observe(world);
  const subject = seen.machines.find(({ name }) => name === machine.name);
  const stage = subject === undefined ? undefined : planRemoval(seen, subject);
  switch (stage?.stage) {
    case 'moveLeader': {
      const heirs = votersOf(world).filter((member) => member.id !== stage.memberId && isUp(world, member));
      return { ...world, leader: heirs[luck % heirs.length]?.id };
    }
    case 'removeMember':
      return withoutMember(world, stage.memberId);
    case 'deleteMachine':
      return { ...deleteMachine(world, machine.name), step: undefined };
    case 'wait':
    case undefined:
      return { ...world, step: undefined };
  }
}

function deleteMachine(world: World, name: string): World {
  return { ...world, machines: world.machines.filter((machine) => machine.name !== name) };
}

function withoutMember(world: World, id: string): World {
  return { ...world, members: world.members.filter((member) => member.id !== id), leader: world.leader === id ? undefined : world.leader };
}

function withMembers(world: World, { id, ...facts }: { readonly id: string; readonly started?: boolean; readonly learner?: boolean }): World {
  return { ...world, members: world.members.map((member) => (member.id === id ? { ...member, ...facts } : member)) };
}

function withPhase(world: World, { name, phase }: Pick<WorldMachine, 'name' | 'phase'>): World {
  return { ...world, machines: world.machines.map((machine) => (machine.name === name ? { ...machine, phase } : machine)) };
}
