import type { Operation } from '../domain/operation.ts';
import { isSkippable } from '../domain/skippable-phase.ts';
import type { Removals } from '../domain/take-back.ts';

/** The ways out of a Blocked operation, in the order to try them. A delete has only one. `removals`: those that have begun. */
export function nextForBlocked(cluster: string, { verb, evidence }: Pick<Operation, 'verb' | 'evidence'>, removals?: Removals): readonly string[] {
  const resume = `slipway resume cluster ${cluster}`;
  const { step, phase } = evidence ?? {};
  const goOn = [
    `${resume} --retry   (tries again from where it stopped)`,
    ...(step !== undefined && phase !== undefined && isSkippable(phase) ? [`${resume} --skip   (goes on without: ${phase})`] : []),
  ];
  switch (verb) {
    case 'delete':
    case 'adopt':
    case 'recover':
      return goOn;
    case 'create':
      return [...goOn, `slipway delete cluster ${cluster}   (removes everything)`];
    case 'apply':
    case 'scale':
    case 'replace':
    case 'restart':
    case 'undo':
      return [...goOn, `${resume} --abort   (${['goes back to what it was', ...outlook(removals)].join('; ')})`];
  }
}

/** Which Machines an abort gets back: "the removal of w-1 is taken back". */
function outlook(removals: Removals | undefined): readonly string[] {
  if (removals === undefined) return [];
  return [
    ...removals.back.map(({ name }) => `the removal of ${name} is taken back`),
    ...[...removals.running, ...removals.tooFar].map(({ name }) => `the removal of ${name} can only be finished`),
  ];
}
