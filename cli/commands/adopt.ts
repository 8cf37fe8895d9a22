import type { Command } from 'commander';
import { currentActor } from '../actor.ts';
import { workflowTypes, type AdoptInput, type AdoptResult } from '../../workflows/contracts.ts';
import { clusterWorkflowId } from '../../workflows/messages.ts';
import { parseNameOf } from '../resources.ts';
import { runWorkflow } from '../temporal/run-workflow.ts';
import { withTemporal } from '../temporal/session.ts';
import { colorsFor, writeStory } from '../terminal.ts';

const ADOPT_TIMEOUT_MS = 120_000;

export function registerAdopt(command: Command): void {
  command
    .description(
      "Brings a cluster back under management when Temporal's database was lost: from the store, the machines' labels\n" +
        'and the member list. No machine is touched.',
    )
    .argument('<cluster...>', 'cluster/NAME or cluster NAME')
    .action(async (args: readonly string[]) => {
      const name = parseNameOf('cluster', args);
      const input: AdoptInput = { name, actor: currentActor() };
      const { machines } = await withTemporal((session) =>
        runWorkflow<AdoptResult>(session, {
          type: workflowTypes.adopt,
          idPrefix: `${clusterWorkflowId(name)}/adopt`,
          input,
          timeoutMs: ADOPT_TIMEOUT_MS,
          where: `cluster ${name}`,
          unchanged: 'no machine was touched',
        }),
      );
      writeStory(`${colorsFor(process.stderr).green('✓')} cluster ${name} is under management again: ${machines} Machines, none touched`);
      writeStory(`Next:  slipway describe cluster ${name}`);
    });
}
