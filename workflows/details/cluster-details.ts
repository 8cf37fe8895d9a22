import { currentOperation, type ClusterState } from '../../domain/cluster-state.ts';
import type { Machine } from '../../domain/machine.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { Operation } from '../../domain/operation.ts';
import { clusterWorkflowId } from '../messages.ts';
import { moment, paragraphs, plain, table, verbatim, workflowLink } from './markdown.ts';

/** More are summed up: the page is passed in an address. */
const shownRows = 30;

type Waiting = { readonly subject: string; readonly reasons: readonly string[] };

export type ClusterDetailsRequest = {
  readonly state: ClusterState;
  /** What the plan holds back, and why. */
  readonly waiting: readonly Waiting[];
  /** Temporal's, for links. */
  readonly namespace: string;
};

/** A cluster as the Web UI's "current details" tell it: Markdown, free of secrets as the state is. */
export function renderClusterDetails({ state, waiting, namespace }: ClusterDetailsRequest): string {
  const { identity, phase, desired, host } = state;
  const operation = currentOperation(state);
  return paragraphs(
    `## ${plain(identity.name)}: ${phase}`,
    `Kubernetes ${plain(desired.controlPlane.version)}, revision ${state.revision}, on host ${plain(host)}, since ${moment(state.createdAt)}`,
    operation === undefined ? undefined : describeOperation(operation),
    operation?.evidence === undefined ? undefined : describeEvidence(identity.name, operation, operation.evidence, namespace),
    describeRunning(state, namespace),
    describeWaiting(state, waiting),
    describeMachines(state.machines),
    // The Web UI's frame is a line too short for what it shows.
    '&nbsp;',
  );
}

function describeOperation({ id, phase, actor, reason, startedAt, endedAt, changes = [], decisions = [] }: Operation): string {
  const ended = endedAt === undefined ? '' : `, ended ${moment(endedAt)}`;
  const lines = [
    ...changes.slice(0, shownRows).map(plain),
    ...decisions.slice(-shownRows).map(({ how, at, ...decision }) => `${how}, decided by ${plain(decision.actor)} at ${moment(at)}${because(decision.reason)}`),
  ];
  return paragraphs(
    `**${plain(id)}: ${phase}**. Asked for by ${plain(actor)} at ${moment(startedAt)}${ended}${because(reason)}`,
    lines.map((line) => `- ${line}`).join('\n'),
  );
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : `, because: ${plain(reason)}`;
}

function describeEvidence(cluster: string, operation: Operation, evidence: Evidence, namespace: string): string {
  const [step = evidence.at, ...phase] = evidence.at.split(': ');
  const where = [workflowLink({ id: step, namespace }), ...phase.map(plain)].join(': ');
  return paragraphs(
    `### ${operation.phase === 'Blocked' ? 'Blocked' : 'What it stopped at'}`,
    `At ${where}. ${plain(evidence.error)}, attempt ${evidence.attempts}:`,
    verbatim(evidence.message),
    operation.phase === 'Blocked' ? howToGoOn(cluster) : undefined,
  );
}

function howToGoOn(cluster: string): string {
  const resume = `slipway resume cluster/${cluster}`;
  const commands = [
    `${resume} --retry   # what failed is tried again`,
    `${resume} --skip    # it is left out: waits, drains and add-ons`,
    `${resume} --abort   # back to what the cluster was`,
    `slipway describe cluster ${cluster}`,
  ];
  return paragraphs('Nothing more is started until a person decides:', verbatim(commands.join('\n')));
}

/** What a step is at stands on its own page: it would cost a signal for each phase to have it here. */
function describeRunning({ identity, steps }: ClusterState, namespace: string): string | undefined {
  const running = steps.filter((step) => step.state === 'Running');
  if (running.length === 0) return undefined;
  const lines = running.slice(0, shownRows).map(({ id, startedAt, reasons }) => {
    const link = workflowLink({ id, namespace, text: id.replace(`${clusterWorkflowId(identity.name)}/`, '') });
    return `- ${link} since ${moment(startedAt)}${reasons.length === 0 ? '' : `, because ${plain(reasons.join('; '))}`}`;
  });
  return paragraphs('### Under way', lines.join('\n'), andMore(running.length));
}

function describeWaiting(state: ClusterState, waiting: readonly Waiting[]): string | undefined {
  const running = new Set(state.steps.filter((step) => step.state === 'Running').map((step) => step.machine ?? state.identity.name));
  const held = waiting.filter(({ subject }) => !running.has(subject));
  if (held.length === 0) return undefined;
  const lines = held.slice(0, shownRows).map(({ subject, reasons }) => `- ${plain(subject)}: ${plain(reasons.join('; '))}`);
  return paragraphs('### Waiting', lines.join('\n'), andMore(held.length));
}

/** All of a small cluster; of a large one those that are not simply running come first. */
function describeMachines(machines: readonly Machine[]): string | undefined {
  if (machines.length === 0) return undefined;
  const shown = machines.toSorted((a, b) => Number(a.phase === 'Running') - Number(b.phase === 'Running')).slice(0, shownRows);
  const inOrder = machines.filter((machine) => shown.includes(machine));
  const rows = inOrder.map(({ name, role, phase, phaseSince, address }) => [plain(name), role, `**${phase}**`, moment(phaseSince), plain(address)]);
  const running = machines.filter(({ phase }) => phase === 'Running').length;
  return paragraphs(
    `### Machines: ${running} of ${machines.length} running`,
    table(['Machine', 'role', 'phase', 'since', 'address'], rows),
    andMore(machines.length),
  );
}

function andMore(count: number): string | undefined {
  return count > shownRows ? `and ${count - shownRows} more` : undefined;
}
