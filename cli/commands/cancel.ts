import type { Command } from 'commander';
import { currentActor } from '../actor.ts';
import { cancelUpdate } from '../../workflows/messages.ts';
import { OperationCancelledError } from '../errors.ts';
import { addFollowFlags, type FollowFlags } from '../flags.ts';
import { runFollowed } from '../follow/run-followed.ts';
import { parseNameOf } from '../resources.ts';
import { sendUpdate } from '../send-update.ts';
import { clusterOfOperation } from '../temporal/clusters.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';

export function registerCancel(command: Command): void {
  addFollowFlags(command)
    .description(
      'Stops an operation: running steps are told to end. What exists stays (`apply` goes on with it later, `delete` removes it),\n' +
        'unless it was asked for with --on-failure=undo: then what it made is removed.',
    )
    .argument('<operation...>', 'an operation such as demo-create-1 (slipway get operations)')
    .option('--reason <text>', 'why, for the history')
    .action(async (args: readonly string[], flags: FollowFlags & { readonly reason?: string }) => {
      const operationId = parseNameOf('operation', args);
      const cluster = clusterOfOperation(operationId);
      const reason = flags.reason === undefined ? {} : { reason: flags.reason };
      const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout };
      await withTemporal(async (session) => {
        await sendUpdate(session, { cluster, update: cancelUpdate, command: { operationId, actor: currentActor(), ...reason } });
        writeStory(`${operationId} is being cancelled`);
        if (flags.detach !== true) await untilCancelled(runFollowed(session, { cluster, operationId, ...timeout }));
      });
    });
}

/** What is a failure to whoever waits for an operation is success to whoever cancels it. */
async function untilCancelled(followed: Promise<void>): Promise<void> {
  try {
    await followed;
  } catch (error) {
    if (!(error instanceof OperationCancelledError)) throw error;
    writeStory([error.facts.what, error.facts.unchanged].filter((text) => text !== undefined).join('; '));
  }
}
