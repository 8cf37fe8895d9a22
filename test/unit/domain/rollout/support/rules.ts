import { compareVersions, parseVersion } from '../../../../../api/validation/versions.ts';
import { findDesired } from '../../../../../domain/owner.ts';
import { isStaying, type Machine } from '../../../../../domain/machine.ts';
import { publishedBefore, wantedPublished } from '../../../../../domain/rollout/published.ts';
import { outdatedWorkers } from '../../../../../domain/rollout/rollout-turn.ts';
import { wantedTemplates } from '../../../../../domain/rollout/wanted-templates.ts';
import { resolveAmounts } from '../../../../../domain/rollout/resolve-amount.ts';
import type { StepKind } from '../../../../../domain/step.ts';
import type { Look } from './happenings.ts';
import { isAvailable, type World } from './world.ts';

/** What must hold whatever happens and whoever changes their mind; counted anew, by as little of the planner as may be. */

const controlPlanes = ({ state }: World): readonly Machine[] => state.machines.filter(({ role }) => role === 'control-plane');
const stayingOf = ({ state }: World, owner: string): readonly Machine[] => state.machines.filter((machine) => machine.owner === owner && isStaying(machine));
const started = ({ plan, before }: Look, kind: string): readonly Machine[] =>
  plan.start.filter((step) => step.kind === kind).flatMap(({ machine }) => before.state.machines.filter(({ name }) => name === machine));
/** It is a member of etcd, and its API server may be asked. */
const isServing = ({ nodes }: World) => ({ name }: Machine): boolean => nodes[name] !== undefined;
const isOlder = (version: string, other: string): boolean => {
  const [a, b] = [parseVersion(version), parseVersion(other)];
  return a !== undefined && b !== undefined && compareVersions(a, b) < 0;
};

/** Machines that become members or cease to be; one whose join never began is none, and goes freely. */
function changing(world: World): readonly string[] {
  const { steps } = world.state;
  const isTouched = ({ name }: Machine): boolean => world.nodes[name] !== undefined || steps.some(({ kind, machine }) => kind === 'JoinControlPlane' && machine === name);
  const isRunning = (kind: StepKind, { name }: Machine): boolean => steps.some((step) => step.kind === kind && step.machine === name && step.state === 'Running');
  return controlPlanes(world)
    .filter((machine) => (isRunning('JoinControlPlane', machine) && !isServing(world)(machine)) || (isRunning('RemoveMachine', machine) && isTouched(machine)))
    .map(({ name }) => name);
}

export const ofEachLook: Readonly<Record<string, (done: Look) => boolean>> = {
  'what is available is replaced only while as many others are as maxUnavailable asks for': (done) =>
    done.before.state.desired.machineDeployments.every((deployment) => {
      const { name, replicas, rollout = {} } = deployment;
      const { maxUnavailable } = resolveAmounts(replicas, rollout);
      const outdated = outdatedWorkers(done.before.state, deployment);
      const going = started(done, 'RemoveMachine').filter((machine) => outdated.has(machine.name) && machine.deletion === undefined && isAvailable(done.before, machine));
      const left = stayingOf(done.before, name).filter((machine) => isAvailable(done.before, machine)).length - going.length;
      return going.length === 0 || left >= Math.min(replicas, stayingOf(done.before, name).length - going.length) - maxUnavailable;
    }),
  'no Machine is made beyond the replicas and maxSurge': ({ before, after }) =>
    after.state.desired.machineDeployments.every(({ name, replicas, rollout = {} }) => {
      const [was, is] = [stayingOf(before, name).length, stayingOf(after, name).length];
      return is <= was || is <= replicas + resolveAmounts(replicas, rollout).maxSurge;
    }),
  'a pool without surge has no more Machines than replicas, those on their way out among them': ({ before, after }) =>
    after.state.desired.machineDeployments.every(({ name, replicas, rollout = {} }) => {
      const count = ({ state }: World): number => state.machines.filter(({ owner }) => owner === name).length;
      return resolveAmounts(replicas, rollout).maxSurge > 0 || count(after) <= Math.max(count(before), replicas);
    }),
  'one control plane more than wanted at most, and none more where there is no surge': ({ before, after }) => {
    const { replicas, rollout, name } = after.state.desired.controlPlane;
    const surge = rollout?.maxSurge === 0 ? 0 : 1;
    const count = (world: World): number => (surge === 0 ? controlPlanes(world).length : stayingOf(world, name).length);
    return count(after) <= Math.max(count(before), replicas + surge);
  },
  'one membership change at a time': ({ after }) => changing(after).length <= 1,
  'a control plane goes only while the others keep a majority': (done) => {
    const isVoter = isServing(done.before);
    const voters = controlPlanes(done.before).filter(isVoter).length;
    return started(done, 'RemoveMachine').filter(({ role }) => role === 'control-plane').filter(isVoter).length === 0 || voters >= 2;
  },
  'the configuration is the wanted one before anything of the control plane joins or is prepared': (done) => {
    const { state } = done.before;
    const joins = [...started(done, 'JoinControlPlane').filter((machine) => !isServing(done.before)(machine)), ...started(done, 'PrepareControlPlane')];
    return joins.length === 0 || publishedBefore(state).config === wantedPublished(state.desired, wantedTemplates(state).controlPlane).config;
  },
  'add-ons are upgraded when no control plane of another version is left': ({ before, plan }) =>
    plan.start.every(({ kind }) => kind !== 'UpgradeAddons') || controlPlanes(before).every((machine) => machine.version === before.state.desired.controlPlane.version && isServing(before)(machine)),
  'no kubelet is newer than any control plane that may serve it': ({ after }) => {
    const serving = controlPlanes(after).filter(isServing(after));
    return after.state.machines.every(({ role, version }) => role === 'control-plane' || serving.every((machine) => !isOlder(machine.version, version)));
  },
  'nothing of an owner that is paused goes because it is outdated': (done) => {
    const paused = done.before.state.rollouts?.paused ?? [];
    return paused.every(({ owner, role }) => {
      const replicas = findDesired(done.before.state.desired, { role, name: owner })?.replicas ?? 0;
      const going = started(done, 'RemoveMachine').filter((machine) => machine.owner === owner && machine.role === role && isStaying(machine)).length;
      return going === 0 || stayingOf(done.before, owner).length - going >= replicas;
    });
  },
  'nothing goes while a step makes it': (done) =>
    started(done, 'RemoveMachine').every(({ name }) => !done.after.state.steps.some((step) => step.machine === name && step.kind !== 'RemoveMachine' && step.state === 'Running')),
  'whatever waits says for what': ({ plan }) => plan.action === 'start' || plan.reasons.length > 0,
};
