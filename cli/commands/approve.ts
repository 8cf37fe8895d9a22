import { Option, type Command } from 'commander';
import { APPROVAL_GATES, type ApprovalGate } from '../../api/approval-gates.ts';
import { approveUpdate } from '../../workflows/messages.ts';
import { currentActor } from '../actor.ts';
import { UsageError } from '../errors.ts';
import { parseOneResource } from '../resources.ts';
import { sendUpdate } from '../send-update.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';

export function registerApprove(command: Command): void {
  command
    .description(
      'Lets a rollout pass a gate that the Cluster asks for with the annotation slipway.dev/approve-before, once it waits there.\n' +
        'It is for this very change of the templates: another one asks again.',
    )
    .argument('<cluster...>', 'cluster NAME or cluster/NAME')
    .addOption(new Option('--gate <gate>', 'before the control plane is replaced, or after the first Machine of a pool').choices(APPROVAL_GATES).makeOptionMandatory())
    .requiredOption('--reason <text>', 'why, for the history')
    .action(async (args: readonly string[], { gate, reason }: { readonly gate: ApprovalGate; readonly reason: string }) => {
      const { name } = parseOneResource(args, ['cluster']);
      if (reason.trim() === '') throw new UsageError({ what: '--reason is empty: who looks at it later wants to know why', unchanged: 'nothing was sent' });
      await withTemporal(async (session) => {
        const { result, operationId } = await sendUpdate(session, { cluster: name, update: approveUpdate, command: { gate, reason, actor: currentActor() } });
        writeStory(result === 'unchanged' ? `cluster ${name}: ${gate} was approved already` : `cluster ${name}: ${gate} is approved, operation ${operationId} goes on`);
      });
    });
}
