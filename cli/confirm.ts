import { UsageError } from './errors.ts';
import { canAsk } from './terminal.ts';

/**
 * Asks before something that a person should have seen coming.
 * @returns false where the answer is no
 * @throws UsageError without --yes where there is nobody to ask
 */
export async function confirmOrRefuse(request: { readonly yes: boolean | undefined; readonly question: string; readonly what: string }): Promise<boolean> {
  if (request.yes === true) return true;
  if (!canAsk()) {
    throw new UsageError({
      what: `${request.what}, and there is no terminal to ask on`,
      unchanged: 'nothing was changed',
      next: ['the same command with --yes'],
    });
  }
  return askToConfirm(request.question);
}

/** A question to whoever sits at the terminal; Enter and Ctrl-C are a no. */
export async function askToConfirm(question: string): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message: question, initialValue: false, output: process.stderr });
  return !isCancel(answer) && answer;
}
