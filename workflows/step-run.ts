import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import { summaryLine } from './details/markdown.ts';
import { renderStepDetails } from './details/step-details.ts';
import { toEvidence } from './evidence.ts';
import type { SkippablePhase } from '../domain/skippable-phase.ts';
import type { PhaseRecord, StepOutcome, StepReport } from '../domain/step.ts';
import type { StepInput } from './contracts.ts';
import { stepActivities, type StepActivities } from './step-activities.ts';
import { clusterWorkflowId, followSignal, retriedSignal, skipSignal, stepQuery, stepReportSignal } from './messages.ts';
import { SkippedPhases } from './skipped-phases.ts';

/** A step under way: its phases, for whoever asks, and its reports to the cluster's workflow. */
export type StepRun = {
  /** Runs one phase; its name is what people read in the live tree, in the timings and on its activities. */
  readonly phase: <T>(name: string, work: (activities: StepActivities) => Promise<T>) => Promise<T>;
  /** A phase that a person may leave out, before it begins or while it runs. */
  readonly skippable: (name: SkippablePhase, work: (activities: StepActivities) => Promise<unknown>) => Promise<void>;
  /**
   * Its Machine has joined, and the step still waits for its Node: that is known even if it does not come to its end.
   * Told at once where others may then go on.
   */
  readonly joined: (tell: 'at once' | 'at the end') => Promise<void>;
};

/** What a step has to tell beside that it is done. */
export type StepResult = Omit<Extract<StepOutcome, { kind: 'done' }>, 'kind'>;

/**
 * Runs a step's body and turns however it ends into an outcome: a step never fails as a workflow,
 * because a failed child says less than a blocked one. Its report is its result. Children outlive the run that
 * started them: to a later one the report goes by signal, to its workflow ID.
 */
export async function runStep(input: StepInput, body: (run: StepRun) => Promise<StepResult | void>): Promise<StepReport> {
  let phases: readonly PhaseRecord[] = [];
  let attempts = 1;
  let hasJoined = false;
  let isFollowed = false;
  const tried = (attempt: number): void => {
    attempts = Math.max(attempts, attempt);
  };
  setHandler(stepQuery, () => ({ stepId: input.stepId, phases, attempts }));
  setHandler(retriedSignal, ({ attempt }) => tried(attempt));
  setHandler(followSignal, () => {
    isFollowed = true;
  });
  const skips = new SkippedPhases(input.skipped);
  setHandler(skipSignal, ({ phase }) => skips.add(phase));

  const report = (outcome: StepOutcome): StepReport => ({
    stepId: input.stepId,
    generation: input.generation,
    outcome,
    phases,
    attempts,
    ...(hasJoined ? { joined: true } : {}),
  });

  const tell = (outcome?: StepOutcome): void => setCurrentDetails(renderStepDetails({ phases, ...(outcome === undefined ? {} : { outcome }) }));
  const summary = (phase: string): string => summaryLine(`${input.machine ?? input.identity.name}: ${phase}`);

  const run: StepRun = {
    phase: async (name, work) => {
      const started: PhaseRecord = { name, startedAt: Date.now() };
      phases = [...phases, started];
      tell();
      tried(attemptNamed(name));
      const end = (ended: Pick<PhaseRecord, 'failed'>): void => {
        phases = phases.map((phase) => (phase === started ? { ...started, endedAt: Date.now(), ...ended } : phase));
        tell();
      };
      try {
        const result = await work(stepActivities(input.host, summary(name)));
        end({});
        return result;
      } catch (error) {
        end(isCancellation(error) ? {} : { failed: true });
        throw error;
      }
    },
    skippable: (name, work) => skips.unlessSkipped(name, () => run.phase(name, work)),
    joined: async (when) => {
      hasJoined = true;
      if (when === 'at once') await signalReport(input, report({ kind: 'joined' }));
    },
  };

  const outcome = await conclude(input, () => body(run), () => phases);
  if (outcome.kind === 'blocked') tried(outcome.evidence.attempts);
  tell(outcome);
  // Asked for by then, or never: what asks for it later finds the step closed, and its result.
  if (isFollowed) await signalReport(input, report(outcome));
  return report(outcome);
}

function signalReport({ identity, stepId }: StepInput, report: StepReport): Promise<void> {
  return CancellationScope.nonCancellable(async () => {
    try {
      await getExternalWorkflowHandle(clusterWorkflowId(identity.name)).signal(stepReportSignal, report);
    } catch (error) {
      // The entity may be gone (its database was lost); it reconciles its steps when it is back.
      log.warn('the cluster did not take the report', { stepId, error: String(error) });
    }
  });
}

/** What a step runs again of its own accord says so in its name: "kubeadm init (attempt 2 of 3)". */
function attemptNamed(phase: string): number {
  return Number(/\(attempt (\d+) of \d+\)$/.exec(phase)?.[1] ?? 1);
}

async function conclude(
  input: StepInput,
  body: () => Promise<StepResult | void>,
  phases: () => readonly PhaseRecord[],
): Promise<StepOutcome> {
  try {
    return { kind: 'done', ...(await body()) };
  } catch (error) {
    if (isCancellation(error)) return { kind: 'cancelled' };
    const phase = phases().findLast((candidate) => candidate.failed === true);
    return { kind: 'blocked', evidence: toEvidence(error, { step: input.stepId, ...(phase === undefined ? {} : { phase: phase.name }) }) };
  }
}
