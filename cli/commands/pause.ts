import type { Command } from 'commander';
import { pauseUpdate } from '../../workflows/messages.ts';
import { currentActor } from '../actor.ts';
import { parseOneResource } from '../resources.ts';
import { sendUpdate } from '../send-update.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';

export function registerPause(command: Command): void {
  command
    .description(
      'Has a cluster start nothing new: what runs comes to its end, and stays so until `slipway resume cluster NAME`.\n' +
        'A delete goes on all the same, and so does a recovery that is asked for later.',
    )
    .argument('<cluster...>', 'cluster NAME or cluster/NAME')
    .option('--reason <text>', 'why, for everybody who looks')
    .action(async (args: readonly string[], flags: { readonly reason?: string }) => {
      const { name } = parseOneResource(args, ['cluster']);
      const reason = flags.reason === undefined ? {} : { reason: flags.reason };
      await withTemporal(async (session) => {
        const { result } = await sendUpdate(session, { cluster: name, update: pauseUpdate, command: { paused: true, actor: currentActor(), ...reason } });
        writeStory(result === 'unchanged' ? `cluster ${name} is paused already` : `cluster ${name} is paused: nothing new is started`);
      });
    });
}
