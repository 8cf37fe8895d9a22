import type { UpdateDefinition } from '@temporalio/common';
import type { ClusterPlan } from '../domain/cluster-plan.ts';
import type { PlanInput } from '../workflows/contracts.ts';
import type { Caller, CommandAccepted } from '../workflows/messages.ts';
import { currentActor } from './actor.ts';
import { confirmOrRefuse } from './confirm.ts';
import type { FollowFlags } from './flags.ts';
import { runFollowed } from './follow/run-followed.ts';
import { renderPlan } from './render/plan.ts';
import { requestPlan } from './request-plan.ts';
import { sendUpdate } from './send-update.ts';
import type { TemporalSession } from './temporal/session.ts';
import { colorsFor, writeData, writeStory } from './terminal.ts';

/** Flags of a command that changes a cluster which exists. */
export type ChangeFlags = FollowFlags & { readonly cluster?: string; readonly dryRun?: true; readonly yes?: true; readonly reason?: string };

/** Who asks, why, and what was seen of the cluster and its plan. */
export type ChangeFacts = Caller & { readonly seenRevision?: number; readonly plan?: NonNullable<ClusterPlan['order']> };

/**
 * Shows what a wish would come to, asks before Machines are removed, has it done and follows the work.
 * @throws UsageError without a terminal and without --yes; CliError by kind of refusal
 */
export async function changeAfterPlan<Command>(
  session: TemporalSession,
  change: {
    readonly input: PlanInput;
    readonly flags: ChangeFlags;
    /** Of a removal, for people: "scaling down". */
    readonly what: string;
    readonly update: UpdateDefinition<CommandAccepted, [Command]>;
    readonly command: (facts: ChangeFacts) => Command;
  },
): Promise<void> {
  const { input, flags, what, update, command } = change;
  const { cluster } = input;
  const plan = await requestPlan(session, input);
  const text = renderPlan(plan, colorsFor(flags.dryRun === true ? process.stdout : process.stderr));
  if (flags.dryRun === true) return writeData(text);
  writeStory(text);
  const removes = plan.steps.some(({ kind }) => kind === 'RemoveMachine');
  const agreed = !removes || (await confirmOrRefuse({ yes: flags.yes, question: `Remove Machines of cluster ${cluster}?`, what: `${what} removes Machines` }));
  if (!agreed) return writeStory(`cluster ${cluster} stays as it is`);
  const facts: ChangeFacts = {
    actor: currentActor(),
    ...(flags.reason === undefined ? {} : { reason: flags.reason }),
    ...(plan.revision === undefined ? {} : { seenRevision: plan.revision }),
    ...(plan.order === undefined ? {} : { plan: plan.order }),
  };
  const { operationId, result } = await sendUpdate(session, { cluster, update, command: command(facts) });
  if (result === 'unchanged') return writeStory(`cluster ${cluster} is unchanged`);
  writeStory(`cluster ${cluster}: operation ${operationId} ${result === 'resumed' ? 'goes on from where it stopped' : 'started'}`);
  const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout };
  return flags.detach === true ? undefined : runFollowed(session, { cluster, operationId, ...timeout });
}
