import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currentOperation, isInitialized, type ClusterState } from '../../../domain/cluster-state.ts';
import type { MachinePhase } from '../../../domain/machine.ts';
import { isOpen, type OnFailure } from '../../../domain/operation.ts';
import { stepId } from '../../../domain/step.ts';
import { acceptedCluster, now } from './support/clusters.ts';
import { finish, happen, running, settle, tell, type Happening, type Passed } from './support/lifecycle.ts';

/** Whatever reports, failures and commands come, in whatever order: what must hold all the while. */

const onFailure = fc.constantFrom<OnFailure>('block', 'undo', 'retain');
const report = (...kinds: readonly ('joined' | 'done' | 'blocked' | 'cancelled' | 'late')[]) =>
  fc.record({ kind: fc.constantFrom(...kinds), pick: fc.nat({ max: 20 }) });

const size = fc.record({ controlPlanes: fc.constantFrom(1, 3, 5), workers: fc.nat({ max: 4 }), onFailure });
const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: report('joined', 'done') },
    { weight: 2, arbitrary: report('blocked', 'cancelled', 'late') },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('delete', 'cancel') }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('apply'), onFailure }) },
  ),
  { maxLength: 60 },
);

const runs = { numRuns: 500 };
const order: readonly MachinePhase[] = ['Pending', 'Provisioning', 'Provisioned', 'Bootstrapping', 'Joined', 'Running', 'Deleting'];
const rank = (state: ClusterState, name: string): number => order.indexOf(state.machines.find((machine) => machine.name === name)?.phase ?? 'Pending');
const generation = (state: ClusterState, id: string): number => state.steps.find((step) => step.id === id)?.generation ?? 0;
const controlPlaneMachines = (state: ClusterState) => state.machines.filter(({ role }) => role === 'control-plane');

/** Looked at after each pass of the loop; `before` is the state that it planned from. */
const ofEachPass: Readonly<Record<string, (passed: Passed, before: ClusterState) => boolean>> = {
  'at most one control-plane Machine is being bootstrapped': ({ state }) =>
    controlPlaneMachines(state).filter(({ phase }) => phase === 'Bootstrapping').length <= 1,
  'a membership change starts only when no other is under way': ({ plan }, before) =>
    !plan.start.some(({ kind, machine }) => {
      const others = controlPlaneMachines(before).filter(({ name, phase }) => name !== machine && phase === 'Bootstrapping');
      const isChange = /^(Init|Join)ControlPlane$/.test(kind) && rank(before, machine ?? '') < order.indexOf('Joined');
      return isChange && others.length > 0;
    }),
  'nothing joins, and no add-on is applied, before the API server answers': ({ plan }, before) =>
    isInitialized(before) || !plan.start.some(({ kind }) => /^Join|^InstallAddons/.test(kind)),
  'nothing is initialized once the API server has answered, but what waits for its own Node': ({ plan }, before) =>
    !isInitialized(before) || plan.start.every(({ kind, machine }) => kind !== 'InitControlPlane' || rank(before, machine ?? '') === order.indexOf('Joined')),
  'a step that runs is not started again': ({ plan }, before) =>
    !plan.start.some(({ kind, machine }) => running(before).some(({ id }) => id === stepId('demo', kind, machine))),
  'each start is a new generation': ({ plan, state }, before) =>
    plan.start.every(({ kind, machine }) => generation(state, stepId('demo', kind, machine)) > generation(before, stepId('demo', kind, machine))),
  'a removal begins only when nothing else runs, and nothing starts beside it': ({ plan, state }, before) =>
    (!plan.start.some(({ kind }) => kind === 'DeleteCluster') || running(before).length === 0) &&
    (!running(state).some(({ kind }) => kind === 'DeleteCluster') || running(state).length === 1),
  'an open operation that has come to rest waits for a person': ({ plan, state }, before) => {
    const operation = currentOperation(state);
    const rests = state.version === before.version && plan.start.length === 0 && running(state).length === 0;
    return !rests || operation === undefined || !isOpen(operation) || operation.phase === 'Blocked';
  },
  'Succeeded means that every Node has been Ready, or that nothing is left': ({ state }) => {
    const operation = currentOperation(state);
    if (operation?.phase !== 'Succeeded') return true;
    if (operation.verb === 'delete') return state.steps.some(({ kind, state: ended }) => kind === 'DeleteCluster' && ended === 'Done');
    return state.addonsReady && state.machines.every(({ phase }) => phase === 'Running');
  },
};

/** Looked at after each change, whether by a message or by the loop. */
const ofEachChange: Readonly<Record<string, (after: ClusterState, before: ClusterState) => boolean>> = {
  'phases of Machines never move back': (after, before) => before.machines.every(({ name }) => rank(after, name) >= rank(before, name)),
  'the version grows with each change': (after, before) =>
    after.version === before.version ? JSON.stringify(after) === JSON.stringify(before) : after.version > before.version,
  'only the newest operation is open': (after) => !after.operations.slice(0, -1).some(isOpen),
  'an operation that has ended stays as it ended': (after, before) =>
    before.operations.every((operation) => {
      const later = after.operations.find(({ id }) => id === operation.id);
      return isOpen(operation) || later === undefined || JSON.stringify(later) === JSON.stringify(operation);
    }),
  'an operation has an end exactly when it is over': (after) => after.operations.every((operation) => (operation.endedAt === undefined) === isOpen(operation)),
  'a cluster that is to go is never anything else again': (after, before) => before.phase !== 'Deleting' || after.phase === 'Deleting',
};

describe('at each pass', () => {
  test.each(Object.entries(ofEachPass))('%s', (_name, holds) => {
    const check = fc.property(size, happenings, (options, events) => {
      let always = true;
      tell(acceptedCluster(options), events, { onPass: (passed, before) => (always &&= holds(passed, before)) });
      return always;
    });
    expect(fc.check(check, runs)).toMatchObject({ failed: false });
  });

  test('no second Machine initializes, ever', () => {
    const check = fc.property(size, happenings, (options, events) => {
      const initializers = new Set<string | undefined>();
      tell(acceptedCluster(options), events, {
        onPass: ({ plan }) => plan.start.filter(({ kind }) => kind === 'InitControlPlane').forEach(({ machine }) => initializers.add(machine)),
      });
      return initializers.size <= 1;
    });
    expect(fc.check(check, runs)).toMatchObject({ failed: false });
  });
});

describe('at each change', () => {
  test.each(Object.entries(ofEachChange))('%s', (_name, holds) => {
    const check = fc.property(size, happenings, (options, events) => {
      let always = true;
      tell(acceptedCluster(options), events, { onChange: (after, before) => (always &&= holds(after, before)) });
      return always;
    });
    expect(fc.check(check, runs)).toMatchObject({ failed: false });
  });
});

describe('every story has an end', () => {
  test('once nothing fails any more, the operation ends or waits for a person', () => {
    const check = fc.property(size, happenings, (options, events) => {
      const operation = currentOperation(finish(tell(acceptedCluster(options), events)));
      return operation !== undefined && (!isOpen(operation) || operation.phase === 'Blocked');
    });
    expect(fc.check(check, runs)).toMatchObject({ failed: false });
  });

  test('wherever a person must decide, applying again until nothing fails gives the whole cluster', () => {
    const check = fc.property(size, happenings, (options, events) => {
      let state = finish(tell(acceptedCluster(options), events));
      fc.pre(state.phase !== 'Deleting');
      state = finish(happen(state, { kind: 'apply', onFailure: 'block' }, now));
      return state.phase === 'Provisioned' && currentOperation(state)?.phase === 'Succeeded';
    });
    expect(fc.check(check, runs)).toMatchObject({ failed: false });
  });

  test('a delete wins, whatever is under way and however that ends', () => {
    const ends = fc.array(report('joined', 'blocked', 'cancelled', 'late'), { maxLength: 20 });
    const check = fc.property(size, happenings, ends, (options, events, last) => {
      const state = tell(acceptedCluster(options), events);
      fc.pre(state.phase !== 'Deleting');
      let deleting = settle(happen(state, { kind: 'delete' }, now), now);
      for (const end of last) {
        if (running(deleting).some(({ kind }) => kind === 'DeleteCluster')) break;
        deleting = settle(happen(deleting, end, now), now);
      }
      const operation = currentOperation(finish(deleting));
      return operation?.verb === 'delete' && operation.phase === 'Succeeded';
    });
    expect(fc.check(check, runs)).toMatchObject({ failed: false });
  });
});
