import { describe, expect, test } from 'vitest';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import type { OperationPhase, OperationVerb } from '../../../../domain/operation.ts';
import { planSteps } from '../../../../domain/plan/plan-steps.ts';
import { healthyFacts } from '../../../healthy-facts.ts';
import { acceptedCluster, clusterWith, desired, machine, now, step } from '../support/clusters.ts';

type Row = {
  readonly name: string;
  readonly state: ClusterState;
  readonly action: 'start' | 'wait' | 'finished';
  /** "Kind machine: reason" */
  readonly start?: readonly string[];
  /** "subject: reason" */
  readonly waiting?: readonly string[];
};

function inPhase(state: ClusterState, phase: OperationPhase, verb: OperationVerb = 'create'): ClusterState {
  return { ...state, operations: state.operations.map((operation) => ({ ...operation, phase, verb })) };
}

const sideBySide = 'Machines are provisioned side by side';
const noTurn = 'what changes no membership needs no turn';
const prepared = (name: string) => step('PrepareControlPlane', { machine: name, state: 'Done' });
const joinsFirst = (name: string) => `${name} goes first: one membership change at a time`;
const noApi = 'the control plane is not initialized yet';
const unready = 'its Node has not been Ready yet';

const rows: readonly Row[] = [
  {
    name: 'nothing but the infrastructure starts before it is there',
    state: acceptedCluster({ controlPlanes: 3, workers: 2 }),
    action: 'start',
    start: ['EnsureInfrastructure: network, load balancer and secrets come first'],
  },
  {
    name: 'infrastructure that is being made is waited for',
    state: { ...acceptedCluster(), steps: [step('EnsureInfrastructure')] },
    action: 'wait',
    waiting: ['demo: cluster/demo/infrastructure is running'],
  },
  {
    name: 'all Machines are provisioned at once',
    state: clusterWith([machine('cp-1'), machine('cp-2'), machine('cp-3'), machine('w-1')]),
    action: 'start',
    start: ['cp-1', 'cp-2', 'cp-3', 'w-1'].map((name) => `ProvisionMachine ${name}: ${sideBySide}`),
  },
  {
    name: 'a Machine whose provisioning was interrupted is provisioned again',
    state: clusterWith([machine('cp-1', 'Provisioning')], {
      steps: [step('ProvisionMachine', { machine: 'cp-1', state: 'Cancelled' })],
    }),
    action: 'start',
    start: [`ProvisionMachine cp-1: ${sideBySide}`],
  },
  {
    name: 'the first control-plane Machine that is ready initializes; the rest wait for their turn',
    state: clusterWith([machine('cp-1', 'Provisioned'), machine('cp-2', 'Provisioned'), machine('w-1', 'Provisioned')]),
    action: 'start',
    start: ['InitControlPlane cp-1: the first control-plane Machine starts the cluster'],
    waiting: [`cp-2: ${joinsFirst('cp-1')}`, `w-1: ${noApi}`],
  },
  {
    name: 'whichever is ready first initializes: nobody waits for a slow Machine',
    state: clusterWith([machine('cp-1', 'Provisioning'), machine('cp-2', 'Provisioned')], {
      steps: [step('ProvisionMachine', { machine: 'cp-1' })],
    }),
    action: 'start',
    start: ['InitControlPlane cp-2: the first control-plane Machine starts the cluster'],
  },
  {
    name: 'while it initializes, nobody joins and nobody else initializes',
    state: clusterWith([machine('cp-1', 'Bootstrapping'), machine('cp-2', 'Provisioned'), machine('w-1', 'Provisioned')], {
      steps: [step('InitControlPlane', { machine: 'cp-1' })],
    }),
    action: 'wait',
    waiting: ['cp-1: cluster/demo/machine/cp-1/init is running', `cp-2: ${joinsFirst('cp-1')}`, `w-1: ${noApi}`],
  },
  {
    name: 'an init that was blocked is tried on the same Machine, not on another',
    state: clusterWith([machine('cp-1', 'Provisioned'), machine('cp-2', 'Bootstrapping')], {
      steps: [step('InitControlPlane', { machine: 'cp-2', state: 'Blocked' })],
    }),
    action: 'start',
    start: ['InitControlPlane cp-2: the first control-plane Machine starts the cluster'],
    waiting: [`cp-1: ${joinsFirst('cp-2')}`],
  },
  {
    name: 'once the API answers: add-ons, what further control planes need no turn for, and all workers',
    state: clusterWith(
      [machine('cp-1', 'Joined'), machine('cp-2', 'Provisioned'), machine('cp-3', 'Provisioned'), machine('w-1', 'Provisioned'), machine('w-2', 'Provisioned')],
      { steps: [step('InitControlPlane', { machine: 'cp-1' })] },
    ),
    action: 'start',
    start: [
      'InstallAddons: the API server answers',
      `PrepareControlPlane cp-2: ${noTurn}`,
      `PrepareControlPlane cp-3: ${noTurn}`,
      'JoinWorker w-1: the API server answers; workers join side by side',
      'JoinWorker w-2: the API server answers; workers join side by side',
    ],
  },
  {
    name: 'whichever is prepared first joins first, while the other is still being prepared',
    state: clusterWith([machine('cp-1', 'Running'), machine('cp-2', 'Provisioned'), machine('cp-3', 'Provisioned')], {
      addonsReady: true,
      steps: [step('PrepareControlPlane', { machine: 'cp-2' }), prepared('cp-3')],
    }),
    action: 'start',
    start: ['JoinControlPlane cp-3: the quorum lane is free'],
    waiting: [`cp-2: ${joinsFirst('cp-3')}`],
  },
  {
    name: 'nobody joins before it is prepared',
    state: clusterWith([machine('cp-1', 'Running'), machine('cp-2', 'Provisioned')], {
      addonsReady: true,
      steps: [step('PrepareControlPlane', { machine: 'cp-2' })],
    }),
    action: 'wait',
    waiting: ['cp-2: cluster/demo/machine/cp-2/prepare is running'],
  },
  {
    name: 'a preparation that was blocked or cancelled is done again',
    state: clusterWith([machine('cp-1', 'Running'), machine('cp-2', 'Provisioned')], {
      addonsReady: true,
      steps: [step('PrepareControlPlane', { machine: 'cp-2', state: 'Cancelled' })],
    }),
    action: 'start',
    start: [`PrepareControlPlane cp-2: ${noTurn}`],
  },
  {
    name: 'a control plane that joins keeps the lane, and workers do not care',
    state: clusterWith([machine('cp-1', 'Running'), machine('cp-2', 'Bootstrapping'), machine('cp-3', 'Provisioned'), machine('w-1', 'Provisioned')], {
      addonsReady: true,
      steps: [step('JoinControlPlane', { machine: 'cp-2' }), prepared('cp-3')],
    }),
    action: 'start',
    start: ['JoinWorker w-1: the API server answers; workers join side by side'],
    waiting: [`cp-3: ${joinsFirst('cp-2')}`],
  },
  {
    name: 'a join that has only just been started keeps the lane as well',
    state: clusterWith([machine('cp-1', 'Running'), machine('cp-2', 'Provisioned'), machine('cp-3', 'Provisioned')], {
      addonsReady: true,
      steps: [prepared('cp-2'), step('JoinControlPlane', { machine: 'cp-3' })],
    }),
    action: 'wait',
    waiting: ['cp-3: cluster/demo/machine/cp-3/join is running', 'cp-2: cp-3 joins first: one membership change at a time'],
  },
  {
    name: 'a control plane that has joined frees the lane before its Node is Ready',
    state: clusterWith([machine('cp-1', 'Running'), machine('cp-2', 'Joined'), machine('cp-3', 'Provisioned')], {
      addonsReady: true,
      steps: [step('JoinControlPlane', { machine: 'cp-2' }), prepared('cp-3')],
    }),
    action: 'start',
    start: ['JoinControlPlane cp-3: the quorum lane is free'],
  },
  {
    name: 'Nodes that never became Ready are waited for again, each by the step that it came with',
    state: clusterWith([machine('cp-1', 'Joined'), machine('cp-2', 'Joined'), machine('w-1', 'Joined')], {
      addonsReady: true,
      steps: [step('InitControlPlane', { machine: 'cp-1', state: 'Blocked' }), step('JoinControlPlane', { machine: 'cp-2', state: 'Cancelled' })],
    }),
    action: 'start',
    start: [`InitControlPlane cp-1: ${unready}`, `JoinControlPlane cp-2: ${unready}`, `JoinWorker w-1: ${unready}`],
  },
  {
    name: 'the only control plane that has joined is the one that was initialized, also when that step is forgotten',
    state: clusterWith([machine('cp-1', 'Joined'), machine('cp-2', 'Provisioned')], { addonsReady: true, steps: [prepared('cp-2')] }),
    action: 'start',
    start: [`InitControlPlane cp-1: ${unready}`, 'JoinControlPlane cp-2: the quorum lane is free'],
  },
  {
    name: 'add-ons that are still being applied hold up the end',
    state: clusterWith([machine('cp-1', 'Running')], { steps: [step('InstallAddons')] }),
    action: 'wait',
    waiting: ['demo: cluster/demo/addons is running'],
  },
  {
    name: 'all Nodes Ready, add-ons applied: finished',
    state: clusterWith([machine('cp-1', 'Running'), machine('w-1', 'Running')], { addonsReady: true }),
    action: 'finished',
  },
  {
    name: 'adopt plans as create does',
    state: inPhase(clusterWith([machine('cp-1', 'Running'), machine('w-1', 'Running')]), 'Running', 'adopt'),
    action: 'start',
    start: ['InstallAddons: the API server answers'],
  },
  {
    name: 'a delete waits for what is under way',
    state: inPhase(clusterWith([machine('cp-1', 'Provisioning')], { steps: [step('ProvisionMachine', { machine: 'cp-1' })] }), 'Running', 'delete'),
    action: 'wait',
    waiting: ['cp-1: cluster/demo/machine/cp-1/provision is running'],
  },
  {
    name: 'a delete removes everything in one step',
    state: inPhase(clusterWith([machine('cp-1', 'Running')]), 'Running', 'delete'),
    action: 'start',
    start: ['DeleteCluster: the cluster is to be removed'],
  },
  {
    name: 'a delete of a cluster that never got its infrastructure removes what there may be',
    state: inPhase(acceptedCluster(), 'Running', 'delete'),
    action: 'start',
    start: ['DeleteCluster: the cluster is to be removed'],
  },
  {
    name: 'an undo removes as a delete does',
    state: inPhase(clusterWith([machine('cp-1', 'Bootstrapping')]), 'Undoing'),
    action: 'start',
    start: ['DeleteCluster: the cluster is to be removed'],
  },
  {
    name: 'a removal that is done is finished',
    state: inPhase(clusterWith([machine('cp-1')], { steps: [step('DeleteCluster', { state: 'Done' })] }), 'Undoing'),
    action: 'finished',
  },
  {
    name: 'a cancelled operation starts nothing and waits for its steps',
    state: inPhase(clusterWith([machine('cp-1', 'Provisioning'), machine('w-1')], { steps: [step('ProvisionMachine', { machine: 'cp-1' })] }), 'Cancelling'),
    action: 'wait',
    waiting: ['cp-1: cluster/demo/machine/cp-1/provision is running'],
  },
  { name: 'a blocked operation starts nothing', state: inPhase(clusterWith([machine('cp-1')]), 'Blocked'), action: 'wait' },
  ...(['Cancelled', 'Undone', 'Failed', 'Succeeded'] as const).map((phase) => ({
    name: `an operation that is ${phase} starts nothing`,
    state: inPhase(clusterWith([machine('cp-1')]), phase),
    action: 'finished' as const,
  })),
  { name: 'without an operation there is nothing to do', state: { ...clusterWith([machine('cp-1')]), operations: [] }, action: 'finished' },
];

function started(state: ClusterState): readonly string[] {
  return planSteps(state).start.map(({ kind, machine: name }) => `${kind} ${name}`);
}

describe('what starts, what waits, and why', () => {
  test.each(rows)('$name', ({ state, action, start = [], waiting = [] }) => {
    const plan = planSteps(state);
    expect(plan.start.map(({ kind, machine: name, reasons }) => `${kind}${name === undefined ? '' : ` ${name}`}: ${reasons.join('; ')}`)).toEqual(start);
    expect(plan.waiting.map(({ subject, reasons }) => `${subject}: ${reasons.join('; ')}`)).toEqual(waiting);
    expect(plan.action).toBe(action);
  });

  test.each(['Pending', 'Provisioning', 'Provisioned', 'Bootstrapping'] as const)('a worker that is %s and too many is taken away, and nothing else is done with it', (phase) => {
    const machines = [machine('cp-1', 'Running'), machine('w-1', 'Running'), machine('w-2', phase)];
    const grown = clusterWith(machines, { addonsReady: true });
    const [deployment] = grown.desired.machineDeployments;
    const state = { ...grown, desired: { ...grown.desired, machineDeployments: deployment === undefined ? [] : [{ ...deployment, replicas: 1 }] } };
    expect(planSteps(state, healthyFacts(machines)).start.map(({ kind, machine: name }) => `${kind} ${name}`)).toEqual(['RemoveMachine w-2']);
  });

  test('a join whose Machine is the last to stay, while the one before it goes, is not joined by an init', () => {
    const machines = [machine('cp-1', 'Deleting'), machine('cp-2', 'Joined')];
    const steps = [step('RemoveMachine', { machine: 'cp-1' }), step('JoinControlPlane', { machine: 'cp-2' })];
    const state = { ...clusterWith(machines, { addonsReady: true, steps }), desired: desired(1, 0) };
    expect(planSteps(state, healthyFacts(machines)).start).toEqual([]);
    const forgotten = { ...state, steps: steps.slice(0, 1) };
    expect(planSteps(forgotten, healthyFacts(machines)).start).toMatchObject([{ kind: 'InitControlPlane', machine: 'cp-2' }]);
  });

  test('while the majority of etcd is lost nothing is begun but by a recovery', () => {
    const machines = [machine('cp-1', 'Running'), machine('cp-2', 'Running'), machine('cp-3', 'Running'), machine('w-1', 'Running'), machine('w-2')];
    const message = 'etcd has lost its majority: 2 of 3 members do not answer';
    const lost = { ...clusterWith(machines, { addonsReady: false }), health: { lost: [], quorumLost: { message, since: now } } };
    expect(planSteps(inPhase(lost, 'Running', 'scale'))).toMatchObject({
      action: 'wait',
      start: [],
      waiting: [{ subject: 'demo-control-plane', reasons: [`${message}; nothing is begun until it is back`], recheck: true }],
      recheckMs: 5000,
    });
    expect(started(inPhase(lost, 'Running', 'recover'))).toEqual(['ProvisionMachine w-2', 'InstallAddons undefined']);
    const { health: _health, ...well } = lost;
    expect(started(inPhase(well, 'Running', 'scale'))).toEqual(['ProvisionMachine w-2', 'InstallAddons undefined']);
  });

  test('whatever does not start says why', () => {
    const silent = rows.filter(({ state, action }) => action !== 'start' && planSteps(state).reasons.join('') === '');
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});
