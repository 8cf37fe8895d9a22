import { Argument, type Command } from 'commander';
import { shellScripts, type Shell } from '../completion/scripts.ts';
import { writeData } from '../terminal.ts';

export function registerCompletion(command: Command): void {
  command
    .description(
      'Prints the script by which a shell completes commands, flags, their values, and names of clusters, machines and operations.\n\n' +
        '  bash   source <(slipway completion bash)          in ~/.bashrc\n' +
        '  zsh    source <(slipway completion zsh)           in ~/.zshrc, after compinit\n' +
        '  fish   slipway completion fish > ~/.config/fish/completions/slipway.fish',
    )
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(Object.keys(shellScripts)))
    .action((shell: Shell) => writeData(shellScripts[shell]));
}
