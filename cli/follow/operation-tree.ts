import { currentOperation, type ClusterState } from '../../domain/cluster-state.ts';
import type { Machine } from '../../domain/machine.ts';
import { planSteps } from '../../domain/plan-steps.ts';
import type { OperationPhase } from '../../domain/operation.ts';
import type { Step } from '../../domain/step.ts';
import { formatAge, formatDuration } from '../render/age.ts';
import { stepLabel } from '../render/step-label.ts';
import { firstLine, segment, type Line, type Segment, type Style } from '../render/text.ts';
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
          segment(`${operation.id}: ${operation.phase}`, phaseStyle(operation.phase)),
          segment(formatAge((operation.endedAt ?? at) - operation.startedAt)),
        ];
  return renderTree([{ cells: [segment(`Cluster/${state.identity.name}`, 'bold'), ...head], children: clusterRows(progress) }]);
}

export function phaseStyle(phase: OperationPhase): Style {
  if (phase === 'Succeeded') return 'green';
  if (phase === 'Blocked' || phase === 'Failed') return 'red';
  return phase === 'Running' ? 'cyan' : 'yellow';
}

function clusterRows(progress: Progress): readonly TreeNode[] {
  const { state } = progress;
  const { controlPlane, machineDeployments } = state.desired;
  const alone = state.steps.filter((step) => step.machine === undefined).map((step) => stepRow(step, progress));
  const owners = [
    { kind: 'KubeadmControlPlane', name: controlPlane.name, replicas: controlPlane.replicas },
    ...machineDeployments.map(({ name, replicas }) => ({ kind: 'MachineDeployment', name, replicas })),
  ].map(({ kind, name, replicas }): TreeNode => {
    const machines = state.machines.filter((machine) => machine.owner === name);
    const running = machines.filter(({ phase }) => phase === 'Running').length;
    return {
      cells: [segment(`${kind}/${name}`, 'bold'), segment(`${running}/${replicas} Machines running`, running === replicas ? 'green' : 'dim')],
      children: machines.map((machine) => machineRow(machine, progress)),
    };
  });
  return [...alone, ...owners];
}

function stepRow(step: Step, progress: Progress): TreeNode {
  const took = (step.endedAt ?? progress.at) - step.startedAt;
  return { cells: [...row(rowState(step), stepLabel(step), stepText(step, progress)), segment(formatTook(step, took))], children: [] };
}

function machineRow(machine: Machine, progress: Progress): TreeNode {
  const { state, at } = progress;
  const step = state.steps.findLast((candidate) => candidate.machine === machine.name && candidate.state !== 'Done');
  if (step !== undefined) {
    const took = (step.endedAt ?? at) - step.startedAt;
    return { cells: [...row(rowState(step), machine.name, `${machine.phase}: ${stepText(step, progress)}`), segment(formatTook(step, took))], children: [] };
  }
  if (machine.phase === 'Running') {
    const took = formatDuration(machine.phaseSince - machine.createdAt);
    return { cells: [...row('done', machine.name, 'Running'), segment(took)], children: [] };
  }
  const wait = waitReason(state, machine.name);
  return { cells: [...row('waiting', machine.name, machine.phase + wait), segment(formatAge(at - machine.phaseSince))], children: [] };
}

/** The planner's own words for why nothing happens to a Machine yet. */
function waitReason(state: ClusterState, machine: string): string {
  const wait = planSteps(state).waiting.find(({ subject }) => subject === machine);
  return wait === undefined ? '' : `: ${wait.reasons.join('; ')}`;
}

function row(state: RowState, name: string, text: string): readonly Segment[] {
  const { glyph, style } = looks[state];
  return [segment(`${glyph} ${name}`, style), segment(text, state === 'blocked' ? 'red' : state === 'running' ? 'plain' : 'dim')];
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

function formatTook(step: Step, took: number): string {
  return step.endedAt === undefined ? formatAge(took) : formatDuration(took);
}
