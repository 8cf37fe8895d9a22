import { Command, CommanderError, Option } from 'commander';
import { CliError } from './errors.ts';
import { describeExitCodes, exitCodeOf } from './exit-codes.ts';
import { renderError } from './render/error.ts';
import { colorsFor, currentVerbosity, setVerbosity } from './terminal.ts';
import { verbs } from './verbs.ts';
import { cliVersion } from './version.ts';

/**
 * Only the module of the verb that the command line names is loaded: Temporal's client alone
 * costs more than all of `slipway --help` may.
 */
async function buildProgram(words: readonly string[]): Promise<Command> {
  const program = new Command('slipway');
  program
    .description('Creates, grows, repairs, upgrades, backs up and recovers Kubernetes clusters with durable workflows.')
    .version(cliVersion(), '--version', 'print the version')
    .helpCommand('help [command]', 'show what a command takes; `help exit-codes` lists the exit codes')
    .showSuggestionAfterError()
    .showHelpAfterError('(slipway help shows the commands)')
    .configureHelp({ showGlobalOptions: false })
    .addOption(new Option('-v, --verbose', 'also tell each request, its workflow ID and time, and the causes of an error').conflicts('quiet'))
    .addOption(new Option('-q, --quiet', 'tell errors alone on standard error'))
    .on('option:verbose', () => setVerbosity('verbose'))
    .on('option:quiet', () => setVerbosity('quiet'))
    .exitOverride();
  const [first, second] = words.filter((word) => !word.startsWith('-'));
  const named = first === 'help' ? second : first;
  for (const { verb, summary, load } of verbs) {
    const command = program.command(verb).summary(summary);
    if (verb === named) (await load())(command);
  }
  return program;
}

export async function main(argv: readonly string[]): Promise<void> {
  const words = argv.slice(2);
  // Whatever this process writes may tell of clusters: files are the user's alone.
  process.umask(0o077);
  if (words[0] === 'help' && words[1] === 'exit-codes') {
    process.stdout.write(describeExitCodes());
    return;
  }
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
