import { createSealingKeyPair, unseal } from '../api/sealed-box.ts';
import type { SealedAnswer } from '../workflows/contracts.ts';
import { runWorkflow } from './temporal/run-workflow.ts';
import type { TemporalSession } from './temporal/session.ts';

export type SealedQuestion = {
  readonly type: string;
  readonly idPrefix: string;
  /** What the answer is sealed for. */
  readonly context: string;
  readonly input: (recipient: string) => unknown;
  readonly timeoutMs?: number;
};

/** The answer as text. */
export async function askSealed(session: TemporalSession, question: SealedQuestion): Promise<string> {
  return Buffer.from(await askSealedBytes(session, question)).toString('utf8');
}

/** Runs a workflow whose answer only this process can read: the key pair lives as long as the question. */
export async function askSealedBytes(session: TemporalSession, question: SealedQuestion): Promise<Uint8Array> {
  const { publicKey, privateKey } = createSealingKeyPair();
  const { sealed } = await runWorkflow<SealedAnswer>(session, {
    type: question.type,
    idPrefix: question.idPrefix,
    input: question.input(publicKey),
    unchanged: 'nothing was changed',
    ...(question.timeoutMs === undefined ? {} : { timeoutMs: question.timeoutMs }),
  });
  return unseal(privateKey, sealed, question.context);
}
