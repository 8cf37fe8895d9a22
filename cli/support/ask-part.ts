import { gunzipSync } from 'node:zlib';
import type { SupportAnswer, SupportPart } from '../../domain/support.ts';
import { workflowTypes, type SupportInput } from '../../workflows/contracts.ts';
import { clusterWorkflowId } from '../../workflows/messages.ts';
import { GeneralError } from '../errors.ts';
import { askSealedBytes } from '../sealed-answers.ts';
import type { TemporalSession } from '../temporal/session.ts';

const TIMEOUT_MS = 90_000;

/** One part of what a worker knows of a cluster, sealed to this process. @throws CliError, NotFoundError where the store has never known it */
export async function askPart(session: TemporalSession, name: string, part: SupportPart): Promise<SupportAnswer> {
  const answer = await askSealedBytes(session, {
    type: workflowTypes.support,
    idPrefix: `${clusterWorkflowId(name)}/support`,
    context: 'support',
    input: (recipient): SupportInput => ({ name, part, recipient }),
    timeoutMs: TIMEOUT_MS,
  });
  const value: unknown = JSON.parse(gunzipSync(answer).toString('utf8'));
  if (isAnswer(value)) return value;
  throw new GeneralError({ what: "the worker's answer is none that this version understands", next: ['slipway down', 'slipway up'] });
}

function isAnswer(value: unknown): value is SupportAnswer {
  if (typeof value !== 'object' || value === null) return false;
  const { uid, machines, files, missing }: Partial<Record<keyof SupportAnswer, unknown>> = value;
  return typeof uid === 'string' && [machines, files, missing].every(Array.isArray);
}
