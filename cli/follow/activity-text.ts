import type { Step } from '../../domain/step.ts';
import { stepVerb } from '../render/step-label.ts';
import { firstLine } from '../render/text.ts';
import type { HeartbeatDetails, Progress, StepProgress } from './progress.ts';

/** What a running step is at, in one line: "kubeadm init: waiting for the API server". */
export function describeStepWork(step: Step, progress: StepProgress | undefined): string {
  const phases = (progress?.phases ?? step.phases).filter((phase) => phase.endedAt === undefined).map((phase) => phase.name);
  const waits = heartbeatsOf(progress).map((heartbeat) => describeWait(heartbeat) ?? heartbeat.detail ?? heartbeat.phase);
  const work = phases.length > 0 ? phases.join(', ') : 'starting';
  const news = waits.map(firstLine).filter((text) => !phases.includes(text));
  return [work, ...news.slice(0, 1), ...describeAttempts(progress).slice(0, 1)].join(' · ');
}

/** What is done with one Machine at the moment: "remove: drain · waits for Pod default/web-10: PodDisruptionBudget web …". */
export function describeMachineWork(machine: string, { state, steps }: Progress): readonly string[] {
  const running = state.steps.filter((step) => step.machine === machine && step.state === 'Running');
  return running.map((step) => `${stepVerb(step)}: ${describeStepWork(step, steps[step.id])}`);
}

/** "attempt 3: connection refused", for each activity that had to begin again. */
export function describeAttempts(progress: StepProgress | undefined): readonly string[] {
  return (progress?.activities ?? [])
    .filter((activity) => activity.attempt > 1)
    .map(({ attempt, lastFailure }) => `attempt ${attempt}${lastFailure === undefined ? '' : `: ${firstLine(lastFailure)}`}`);
}

/** "waits for Pod default/web-10: PodDisruptionBudget web allows no disruption now", for each activity that says so. */
export function describeWaits(progress: StepProgress | undefined): readonly string[] {
  return heartbeatsOf(progress).flatMap((heartbeat) => describeWait(heartbeat) ?? []).map(firstLine);
}

function heartbeatsOf(progress: StepProgress | undefined): readonly HeartbeatDetails[] {
  return (progress?.activities ?? []).flatMap(({ heartbeat }) => heartbeat ?? []);
}

function describeWait({ waitingFor, detail }: HeartbeatDetails): string | undefined {
  return waitingFor === undefined ? undefined : `waits for ${waitingFor}${detail === undefined ? '' : ` (${detail})`}`;
}
