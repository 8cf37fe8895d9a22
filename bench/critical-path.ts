import type { StepKind } from '../domain/step.ts';

/** One run of an activity. Times are epoch milliseconds, of Temporal's history. */
export type Span = {
  /** Step that it belongs to; "cluster" for what the cluster's own workflow runs. */
  readonly step: StepKind | 'cluster';
  readonly machine?: string;
  /** Name of the step's phase, or of the activity where there is none. */
  readonly phase: string;
  readonly scheduledAt: number;
  /** When its last attempt was begun by a worker. */
  readonly startedAt: number;
  readonly endedAt: number;
};

/** A span that the end had to wait for, and how long it waited itself since the one before it. */
export type Link = { readonly span: Span; readonly waitedMs: number };

/**
 * What the operation's end had to wait for, oldest first: back from the span that ended last, each
 * time to the one that ended last of those that it may have waited for.
 */
export function criticalPath(spans: readonly Span[], operation: { readonly startedAt: number }): readonly Link[] {
  const path: Link[] = [];
  // What the cluster's workflow runs by itself only leads up to steps; its records are written beside them.
  let current = latest(spans.filter(({ step }) => step !== 'cluster'));
  while (current !== undefined) {
    const { scheduledAt, startedAt } = current;
    const before = latest(spans.filter((other) => other !== current && other.endedAt <= scheduledAt && mayPrecede(other, current!)));
    path.unshift({ span: current, waitedMs: startedAt - (before?.endedAt ?? operation.startedAt) });
    current = before;
  }
  return path;
}

function latest(spans: readonly Span[]): Span | undefined {
  return spans.reduce<Span | undefined>((best, span) => (best === undefined || span.endedAt > best.endedAt ? span : best), undefined);
}

/** The milestones at which others may go on; their names are those of the steps' phases. */
const apiServerAnswers = 'API server';
const memberVotes = 'kubeadm join: etcd member';

/** Whether `later` may have waited for `earlier`: as the steps run their phases, and as planSteps starts them. */
function mayPrecede(earlier: Span, later: Span): boolean {
  const sameMachine = earlier.machine === later.machine;
  if (earlier.step === later.step && sameMachine) return true;
  const provisioned = earlier.step === 'ProvisionMachine' && sameMachine;
  if (later.step === 'ProvisionMachine') return earlier.step === 'EnsureInfrastructure';
  if (later.step === 'InitControlPlane') return provisioned;
  if (later.step === 'InstallAddons' || later.step === 'JoinWorker') return isApiServer(earlier) || provisioned;
  if (later.step === 'PrepareControlPlane') return isApiServer(earlier) || provisioned;
  if (later.step === 'JoinControlPlane') return earlier.phase === memberVotes || (earlier.step === 'PrepareControlPlane' && sameMachine);
  return earlier.step === 'cluster';
}

function isApiServer({ step, phase }: Span): boolean {
  return step === 'InitControlPlane' && phase === apiServerAnswers;
}

export type PathSummary = {
  /** From the operation's start to the end of the path. */
  readonly totalMs: number;
  /** Of it, in no activity: waiting for Temporal, for workflow code, for a worker to be free. */
  readonly outsideMs: number;
  /** By phase, in the order of the path; those of one name are added up. */
  readonly phases: readonly { readonly phase: string; readonly ms: number }[];
};

export function summarizePath(path: readonly Link[]): PathSummary {
  const phases = new Map<string, number>();
  for (const { span } of path) phases.set(span.phase, (phases.get(span.phase) ?? 0) + span.endedAt - span.startedAt);
  const inside = [...phases.values()].reduce((sum, ms) => sum + ms, 0);
  const outsideMs = path.reduce((sum, { waitedMs }) => sum + waitedMs, 0);
  return { totalMs: inside + outsideMs, outsideMs, phases: [...phases].map(([phase, ms]) => ({ phase, ms })) };
}
