import type { Command } from 'commander';
import { resumeUpdate, type ResumeHow } from '../../workflows/messages.ts';
import { currentActor } from '../actor.ts';
import { UsageError } from '../errors.ts';
import { addFollowFlags, type FollowFlags } from '../flags.ts';
import { runFollowed } from '../follow/run-followed.ts';
import { parseOneResource } from '../resources.ts';
import { sendUpdate } from '../send-update.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';

type ResumeFlags = FollowFlags & { readonly retry?: true; readonly skip?: true; readonly abort?: true; readonly reason?: string };

export function registerResume(command: Command): void {
  addFollowFlags(command)
    .description(
      'Decides how a Blocked operation goes on: the same again, without what failed, or back to what the cluster was.\n' +
        'Only waits, drains and add-ons can be skipped: never membership or infrastructure.',
    )
    .argument('<cluster...>', 'cluster NAME or cluster/NAME')
    .option('--retry', 'try again what failed')
    .option('--skip', 'leave it out')
    .option('--abort', 'go back to what the cluster was before the operation')
    .option('--reason <text>', 'why, for the history')
    .action(async (args: readonly string[], flags: ResumeFlags) => {
      const { name } = parseOneResource(args, ['cluster']);
      const how = parseHow(flags);
      const reason = flags.reason === undefined ? {} : { reason: flags.reason };
      const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout };
      await withTemporal(async (session) => {
        const { operationId } = await sendUpdate(session, { cluster: name, update: resumeUpdate, command: { how, actor: currentActor(), ...reason } });
        writeStory(how === 'abort' ? `cluster ${name}: operation ${operationId} goes back` : `cluster ${name}: operation ${operationId} goes on`);
        return flags.detach === true ? undefined : runFollowed(session, { cluster: name, operationId, ...timeout });
      });
    });
}

function parseHow(flags: ResumeFlags): ResumeHow {
  const chosen = (['retry', 'skip', 'abort'] as const).filter((how) => flags[how] === true);
  const [how, ...others] = chosen;
  if (how !== undefined && others.length === 0) return how;
  throw new UsageError({ what: 'say exactly one of --retry, --skip and --abort', unchanged: 'the operation stays Blocked' });
}
