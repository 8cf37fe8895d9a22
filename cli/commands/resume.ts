import type { Command } from 'commander';
import { pauseUpdate, resumeUpdate, type ResumeHow } from '../../workflows/messages.ts';
import { currentActor } from '../actor.ts';
import { ConflictError, UsageError } from '../errors.ts';
import { findWaits } from '../find-waits.ts';
import { addFollowFlags, type FollowFlags } from '../flags.ts';
import { runFollowed } from '../follow/run-followed.ts';
import { parseOneResource } from '../resources.ts';
import { sendUpdate } from '../send-update.ts';
import { withTemporal, type TemporalSession } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';

type ResumeFlags = FollowFlags & { readonly retry?: true; readonly skip?: true; readonly abort?: true; readonly reason?: string; readonly machine?: string };

export function registerResume(command: Command): void {
  addFollowFlags(command)
    .description(
      'Lets a paused cluster go on. With a flag, decides how a Blocked operation goes on: the same again, without what failed,\n' +
        'or back to what the cluster was. Only waits, drains and add-ons can be skipped: never membership or infrastructure.\n' +
        'Of an operation that runs, --skip cuts short the drains, and the waits for volumes, that are under way.',
    )
    .argument('<cluster...>', 'cluster NAME or cluster/NAME')
    .option('--retry', 'try again what failed')
    .option('--skip', 'leave it out')
    .option('--machine <name>', 'with --skip, of an operation that runs: that of this machine alone')
    .option('--abort', 'go back to what the cluster was before the operation')
    .option('--reason <text>', 'why, for the history')
    .action(async (args: readonly string[], flags: ResumeFlags) => {
      const { name } = parseOneResource(args, ['cluster']);
      const how = parseHow(flags);
      if (flags.machine !== undefined && how !== 'skip') throw new UsageError({ what: '--machine goes with --skip' });
      const reason = flags.reason === undefined ? {} : { reason: flags.reason };
      const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout };
      await withTemporal(async (session) => {
        if (how === undefined) return unpause(session, name, reason);
        const running = how === 'skip' ? await findWaits(session, { cluster: name, machine: flags.machine }) : [];
        const { operationId } = await sendUpdate(session, { cluster: name, update: resumeUpdate, command: { how, running, actor: currentActor(), ...reason } });
        for (const { step, phase } of running) writeStory(`${step}: ${phase} is cut short`);
        writeStory(how === 'abort' ? `cluster ${name}: operation ${operationId} goes back` : `cluster ${name}: operation ${operationId} goes on`);
        return flags.detach === true ? undefined : runFollowed(session, { cluster: name, operationId, ...timeout });
      });
    });
}

async function unpause(session: TemporalSession, cluster: string, reason: { readonly reason?: string }): Promise<void> {
  const { result } = await sendUpdate(session, { cluster, update: pauseUpdate, command: { paused: false, actor: currentActor(), ...reason } });
  if (result !== 'unchanged') return writeStory(`cluster ${cluster} goes on`);
  throw new ConflictError({
    what: `cluster ${cluster} is not paused`,
    unchanged: 'nothing was changed',
    next: ['for a Blocked operation say --retry, --skip or --abort', `slipway describe cluster ${cluster}`],
  });
}

/** undefined: the cluster was paused, and goes on. */
function parseHow(flags: ResumeFlags): ResumeHow | undefined {
  const [how, ...others] = (['retry', 'skip', 'abort'] as const).filter((flag) => flags[flag] === true);
  if (others.length === 0) return how;
  throw new UsageError({ what: 'say one of --retry, --skip and --abort', unchanged: 'the operation stays Blocked' });
}
