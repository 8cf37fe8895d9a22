import { Command, Option } from 'commander';
import { setVerbosity } from './terminal.ts';
import { verbs } from './verbs.ts';
import { cliVersion } from './version.ts';

/**
 * All commands; only the module of the verb that the words name is loaded: Temporal's client alone
 * costs more than all of `slipway --help` may.
 */
export async function buildProgram(words: readonly string[]): Promise<Command> {
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
