import type { DesiredCluster } from '../../../../api/desired-cluster.ts';
import { describeProblem } from '../../../../api/manifest-problem.ts';
import { parseManifest } from '../../../../api/parse-manifest.ts';

/** Parses a manifest that must be good; the warnings come rendered. */
export const parseGood = (text: string): { readonly cluster: DesiredCluster; readonly warnings: readonly string[] } => {
  const result = parseManifest(text);
  if (!result.ok) throw new Error(`The manifest is refused:\n${result.problems.map(describeProblem).join('\n')}`);
  return { cluster: result.cluster, warnings: result.warnings.map(describeProblem) };
};
