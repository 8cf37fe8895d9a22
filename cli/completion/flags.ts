import type { Command, Option } from 'commander';
import type { Candidate } from './completion.ts';

/** Of the first of those commands that has it: "--output" or "-o". */
export function findFlag(commands: readonly Command[], name: string): Option | undefined {
  return commands.flatMap(({ options }) => options).find(({ long, short }) => long === name || short === name);
}

export function takesValue(flag: Option): boolean {
  return flag.required;
}

/** Long names with what they are for: the command's own, and those that every command takes. */
export function flagCandidates(command: Command, program: Command): readonly Candidate[] {
  const global = command === program ? [] : program.options.filter(({ long }) => long !== '--version');
  const found = new Map<string, Candidate>();
  for (const { long, description, hidden } of [...command.options, ...global]) {
    if (long !== undefined && long !== null && !hidden && !found.has(long)) found.set(long, { value: long, description: inShort(description) });
  }
  return [...found.values(), { value: '--help', description: 'show help' }];
}

/** Shells show it in half a line. */
function inShort(description: string): string {
  return description.split(/;| \(/, 1)[0] ?? '';
}
