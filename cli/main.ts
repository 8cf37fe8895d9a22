import { CommanderError } from 'commander';
import { CliError } from './errors.ts';
import { describeExitCodes, exitCodeOf } from './exit-codes.ts';
import { buildProgram } from './program.ts';
import { renderError } from './render/error.ts';
import { colorsFor, currentVerbosity } from './terminal.ts';

export async function main(argv: readonly string[]): Promise<void> {
  const words = argv.slice(2);
  // Whatever this process writes may tell of clusters: files are the user's alone.
  process.umask(0o077);
  if (words[0] === 'help' && words[1] === 'exit-codes') {
    process.stdout.write(describeExitCodes());
    return;
  }
  // What shells ask at TAB is no command: its words are not to be parsed, and it never fails.
  if (words[0] === '__complete') return (await import('./completion/answer.ts')).answerCompletion(words.slice(1));
  try {
    const program = await buildProgram(words);
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** The one place where an error becomes text and an exit code. */
function report(error: unknown): number {
  // commander has printed its own message already; code 0 is help or version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodeOf('ok') : exitCodeOf('usage');
  process.stderr.write(renderError(error, colorsFor(process.stderr), { verbose: currentVerbosity() === 'verbose' }));
  return exitCodeOf(error instanceof CliError ? error.kind : 'general');
}

// A reader such as `head` may go away early; that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

await main(process.argv);
