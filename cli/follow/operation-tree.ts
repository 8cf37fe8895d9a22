import { currentOperation, type ClusterState } from '../../domain/cluster-state.ts';
import type { Owner } from '../../domain/owner.ts';
import { concerns } from '../../domain/hold-up.ts';
import type { Machine } from '../../domain/machine.ts';
import { describePause, pauseThatHolds } from '../../domain/pause-cluster.ts';
import { planSteps } from '../../domain/plan/plan-steps.ts';
import type { OperationPhase } from '../../domain/operation.ts';
import type { Step } from '../../domain/step.ts';
import { formatAge, formatDuration } from '../render/age.ts';
import { stepLabel } from '../render/step-label.ts';
import { firstLine, segment, type Line, type Style } from '../render/text.ts';
import { renderTree, type TreeNode } from '../render/tree.ts';
import { describeStepWork } from './activity-text.ts';
import type { Progress } from './progress.ts';

type RowState = 'done' | 'running' | 'waiting' | 'blocked' | 'cancelled';

const looks: Readonly<Record<RowState, { readonly glyph: string; readonly style: Style }>> = {
  done: { glyph: '✓', style: 'green' },
  running: { glyph: '●', style: 'cyan' },
  waiting: { glyph: '○', style: 'dim' },
  blocked: { glyph: '✗', style: 'red' },
  cancelled: { glyph: '–', style: 'yellow' },
};

/** The live tree of a cluster's operation: one line a step or Machine, with what it is at and for how long. */
export function renderOperationTree(progress: Progress): readonly Line[] {
  const { state, at } = progress;
  const operation = currentOperation(state);
  const head =
    operation === undefined
      ? [segment('no operation')]
      : [
          segment(formatAge((operation.endedAt ?? at) - operation.startedAt)),
          segment(`${operation.id}: ${operation.phase}${pausedText(state)}`, phaseStyle(operation.phase)),
        ];
  return renderTree([{ cells: [segment(`Cluster/${state.identity.name}`, 'bold'), ...head], children: clusterRows(progress) }]);
}

function pausedText(state: ClusterState): string {
  const { paused } = state;
  if (paused === undefined) return '';
  const by = describePause(paused);
  return pauseThatHolds(state) === undefined ? ` (goes through although ${by})` : ` (${by})`;
}

export function phaseStyle(phase: OperationPhase): Style {
  if (phase === 'Succeeded') return 'green';
  if (phase === 'Blocked' || phase === 'Failed') return 'red';
  return phase === 'Running' ? 'cyan' : 'yellow';
}

function clusterRows(progress: Progress): readonly TreeNode[] {
  const { state } = progress;
  const { controlPlane, machineDeployments } = state.desired;
  const alone = currentSteps(state).filter((step) => step.machine === undefined).map((step) => stepRow(step, progress));
  const owners = [
    { kind: 'KubeadmControlPlane', role: 'control-plane' as const, name: controlPlane.name, replicas: controlPlane.replicas },
    ...machineDeployments.map(({ name, replicas }) => ({ kind: 'MachineDeployment', role: 'worker' as const, name, replicas })),
  ].map(({ kind, role, name, replicas }): TreeNode => {
    const machines = state.machines.filter((machine) => machine.owner === name && machine.role === role);
    const running = machines.filter(({ phase }) => phase === 'Running').length;
    return {
      cells: [segment(`${kind}/${name}`, 'bold'), segment(''), segment(`${running}/${replicas} Machines running`, running === replicas ? 'green' : 'dim')],
      children: [...holdUpRows({ role, name }, progress), ...machines.map((machine) => machineRow(machine, progress))],
    };
  });
  return [...troubleRows(progress), ...alone, ...owners];
}

/** What its lane may not do yet: the check that says no, and for how long. */
function holdUpRows(owner: Owner, { state, at }: Progress): readonly TreeNode[] {
  return (state.holdUps ?? [])
    .filter((holdUp) => concerns(holdUp, owner))
    .map(({ reasons, since }) => row('waiting', { name: 'held up', took: formatAge(at - since), text: reasons.join('; ') }));
}

/** What its own workflow cannot do at the moment. */
function troubleRows({ state, at }: Progress): readonly TreeNode[] {
  return (state.troubles ?? []).map(({ chore, since, evidence }) => row('blocked', { name: chore, took: formatAge(at - since), text: `tried again: ${evidence.error}: ${firstLine(evidence.message)}` }));
}

/** Steps of earlier operations are history. */
function currentSteps(state: ClusterState): readonly Step[] {
  const operation = currentOperation(state);
  return state.steps.filter((step) => step.operation === operation?.id);
}

function stepRow(step: Step, progress: Progress): TreeNode {
  return row(rowState(step), { name: stepLabel(step), took: formatTook(step, progress.at), text: stepText(step, progress) });
}

function machineRow(machine: Machine, progress: Progress): TreeNode {
  const { state, at } = progress;
  const step = currentSteps(state).findLast((candidate) => candidate.machine === machine.name && candidate.state !== 'Done');
  const { name, phase } = machine;
  if (step !== undefined) {
    return row(rowState(step), { name, took: formatTook(step, at), text: `${phase}: ${stepText(step, progress)}` });
  }
  if (phase === 'Running') return row('done', { name, took: formatDuration(machine.phaseSince - machine.createdAt), text: phase });
  return row('waiting', { name, took: formatAge(at - machine.phaseSince), text: phase + waitReason(state, name) });
}

/** The planner's own words for why nothing happens to a Machine yet. */
function waitReason(state: ClusterState, machine: string): string {
  const wait = planSteps(state).waiting.find(({ subject }) => subject === machine);
  return wait === undefined ? '' : `: ${wait.reasons.join('; ')}`;
}

/** The time comes before the text: a narrow terminal cuts the text. */
function row(state: RowState, facts: { readonly name: string; readonly took: string; readonly text: string }): TreeNode {
  const { glyph, style } = looks[state];
  const textStyle = state === 'blocked' ? 'red' : state === 'running' ? 'plain' : 'dim';
  return { cells: [segment(`${glyph} ${facts.name}`, style), segment(facts.took), segment(facts.text, textStyle)], children: [] };
}

function rowState(step: Step): RowState {
  switch (step.state) {
    case 'Running':
      return 'running';
    case 'Done':
      return 'done';
    case 'Blocked':
      return 'blocked';
    case 'Cancelled':
      return 'cancelled';
  }
}

function stepText(step: Step, progress: Progress): string {
  switch (step.state) {
    case 'Running':
      return describeStepWork(step, progress.steps[step.id]);
    case 'Blocked': {
      const evidence = currentOperation(progress.state)?.evidence;
      return evidence?.at.startsWith(step.id) === true ? firstLine(evidence.message) : 'Blocked';
    }
    case 'Done':
      return 'done';
    case 'Cancelled':
      return 'cancelled';
  }
}

function formatTook(step: Step, now: number): string {
  return step.endedAt === undefined ? formatAge(now - step.startedAt) : formatDuration(step.endedAt - step.startedAt);
}
