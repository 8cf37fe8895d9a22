import type { Operation } from '../../domain/operation.ts';
import type { StepKind } from '../../domain/step.ts';
import { paragraphs, plain, summaryLine, workflowLink } from './markdown.ts';
import { clusterWorkflowId } from '../messages.ts';

/** What a step's workflow says of itself for good: its title in lists and timelines, and for whom it works. */
export type StaticMetadata = { readonly staticSummary: string; readonly staticDetails: string };

export function stepMetadata(step: {
  readonly cluster: string;
  readonly planned: { readonly kind: StepKind; readonly machine?: string; readonly reasons: readonly string[] };
  readonly operation: Operation | undefined;
  readonly namespace: string;
}): StaticMetadata {
  const { cluster, planned, operation, namespace } = step;
  const subject = planned.machine ?? cluster;
  return {
    staticSummary: summaryLine(`${subject}: ${words(planned.kind)}, because ${planned.reasons.join('; ')}`),
    staticDetails: paragraphs(
      `${words(planned.kind)} of cluster ${workflowLink({ id: clusterWorkflowId(cluster), namespace })}`,
      operation === undefined ? undefined : askedBy(operation),
    ),
  };
}

function askedBy({ id, verb, actor, reason }: Operation): string {
  const why = reason === undefined ? '' : `, because: ${plain(reason.slice(0, 1000))}`;
  return `For operation **${plain(id)}** (${verb}), asked for by ${plain(actor)}${why}`;
}

/** "ProvisionMachine" → "provision machine" */
function words(kind: StepKind): string {
  return kind.split(/(?=[A-Z])/).join(' ').toLowerCase();
}
