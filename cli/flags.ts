import { InvalidArgumentError, Option, type Command } from 'commander';
import type { OnFailure } from '../domain/operation.ts';
import { isLiveTerminal } from './terminal.ts';
import { parseDuration } from './render/age.ts';

export type FollowFlags = { readonly detach?: true; readonly timeout?: number };
export type ApplyFlags = FollowFlags & { readonly onFailure?: OnFailure; readonly reason?: string };

/** Flags of an apply that shows its plan first. */
export type ConfirmedApplyFlags = ApplyFlags & { readonly yes?: true; readonly force?: true; readonly plan?: string };

export function addConfirmFlags(command: Command): Command {
  return command
    .option('-y, --yes', 'do not ask')
    .option('--force', 'take back what somebody set by another command since the last apply')
    .option('--plan <hash>', 'go on only if the plan is the very one of that hash, which `slipway plan` printed');
}

export function addFollowFlags(command: Command): Command {
  return command
    .option('--detach', 'return once the work is accepted')
    .addOption(
      new Option('--timeout <duration>', 'stop following after this long; the work goes on ("90s", "10m", "1h30m")').argParser(durationArgument),
    );
}

export function addApplyFlags(command: Command): Command {
  return addFollowFlags(command)
    .addOption(
      new Option('--on-failure <what>', 'when retries are used up: block and wait for a person, undo everything, or retain it (default: block on a terminal, undo without one)').choices(
        ['block', 'undo', 'retain'],
      ),
    )
    .option('--reason <text>', 'why, for the history');
}

/** Without a terminal nobody is there to decide about a Blocked create. */
export function onFailureOrDefault(flags: ApplyFlags): OnFailure {
  return flags.onFailure ?? (isLiveTerminal(process.stderr) ? 'block' : 'undo');
}

export function durationArgument(text: string): number {
  const duration = parseDuration(text);
  if (duration === undefined) throw new InvalidArgumentError('use for example 90s, 10m or 1h30m.');
  return duration;
}

/** A whole number from `minimum` on. */
export function countArgument(minimum: number): (text: string) => number {
  return (text) => {
    const count = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (!(count >= minimum)) throw new InvalidArgumentError(`use a whole number from ${minimum} on.`);
    return count;
  };
}

/** A flag that may be given several times. */
export function collectArgument(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
