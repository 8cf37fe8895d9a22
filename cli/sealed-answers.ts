import { createSealingKeyPair, unseal } from '../api/sealed-box.ts';
import type { SealedAnswer } from '../workflows/contracts.ts';
import { runWorkflow } from './temporal/run-workflow.ts';
import type { TemporalSession } from './temporal/session.ts';

/** Runs a workflow whose answer only this process can read: the key pair lives as long as the question. */
export async function askSealed(
  session: TemporalSession,
  question: {
    readonly type: string;
    readonly idPrefix: string;
    /** What the answer is sealed for. */
    readonly context: string;
    readonly input: (recipient: string) => unknown;
  },
): Promise<string> {
  const { publicKey, privateKey } = createSealingKeyPair();
  const { sealed } = await runWorkflow<SealedAnswer>(session, {
    type: question.type,
    idPrefix: question.idPrefix,
    input: question.input(publicKey),
    unchanged: 'nothing was changed',
  });
  return Buffer.from(unseal(privateKey, sealed, question.context)).toString('utf8');
}
