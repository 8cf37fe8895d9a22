import type { Operation } from '../domain/operation.ts';
import { isSkippable } from '../domain/skippable-phase.ts';

/** The ways out of a Blocked operation, in the order to try them. A removal has only one. */
export function nextForBlocked(cluster: string, { verb, evidence }: Pick<Operation, 'verb' | 'evidence'>): readonly string[] {
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
      return [...goOn, `${resume} --abort   (goes back to what it was)`];
  }
}
