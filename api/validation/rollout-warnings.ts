import { textAt, valueAt, type ManifestDocument, type Path } from '../manifest-document.ts';
import { isSet, notUsed, type Warning } from './warning.ts';

/** Where v1beta1 and v1beta2 have the rollout of workers. */
const STRATEGIES: readonly Path[] = [
  ['spec', 'strategy'],
  ['spec', 'rollout', 'strategy'],
];

/** How many machines are replaced at once is asked of RollingUpdate alone. */
export const findUnusedAmounts = (document: ManifestDocument): readonly Warning[] =>
  STRATEGIES.filter((strategy) => textAt(document, [...strategy, 'type']) === 'OnDelete').flatMap((strategy) =>
    ['maxSurge', 'maxUnavailable']
      .map((name): Path => [...strategy, 'rollingUpdate', name])
      .filter((path) => isSet(valueAt(document, path)))
      .map((path) => ({ path, wrong: notUsed('with OnDelete a machine is replaced when somebody deletes it') })),
  );
